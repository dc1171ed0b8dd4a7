//! `#[agent_service]` and `contract!`: an impl checked against its contract,
//! and the contract's code where no build script makes it.
//!
//! The user's item always comes back. What is wrong with it is switched off by
//! `#[cfg(any())]` and stood in for, so that each mistake is reported once.

mod absent;
mod agent;
mod arguments;
mod check;
mod compare;
mod condition;
mod failure;
mod generate;
mod mention;
mod omitted;
mod signature;
mod stand_in;
#[cfg(test)]
mod tests;

use agentgen_codegen::contract::Service;
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Ident, ImplItemFn, Path};

pub(crate) use self::arguments::texts;
pub(crate) use self::generate::ident;
pub(crate) use self::signature::is_generic;

use self::agent::{Agent, methods};
use self::arguments::Arguments;
use self::compare::{Comparison, Found, Rest};
use self::stand_in::Types;

use crate::report::Report;
use crate::source::Source;

/// Expands the attribute.
pub(crate) fn expand(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut report = Report::default();
    let arguments = Arguments::of_attribute(arguments, &mut report);
    let mut agent = match Agent::parse(item, agent::in_editor()) {
        Ok(agent) => agent,
        Err(error) => {
            report.push(if is_impl(item) { error } else { misplaced(item) });
            // What the rest of the crate names is there all the same.
            let code = code(&arguments, &mut report);
            return finish(report, &quote!(#code #item));
        }
    };
    let Some((negative, path, _)) = agent.item.trait_.clone() else {
        report.push(misplaced(agent.item.impl_token));
        return finish(report, item);
    };
    if let Some(negative) = negative {
        report.push(misplaced(negative));
        let code = code(&arguments, &mut report);
        return finish(report, &code.unwrap_or_default());
    }
    without_async_trait(&mut agent.item.attrs, &mut report);
    agent_impl(&arguments, agent, &path, report)
}

/// Expands `contract!`.
pub(crate) fn contract(input: TokenStream) -> TokenStream {
    let mut report = Report::default();
    let arguments = Arguments::of_contract(input, &mut report);
    let code = code(&arguments, &mut report);
    finish(report, &code.unwrap_or_default())
}

/// The generated code, where it is generated here.
fn code(arguments: &Arguments, report: &mut Report) -> Option<TokenStream> {
    let path = arguments.proto.as_ref()?;
    let source = arguments.load(path, report)?;
    let selection = arguments.selection(report);
    generate::module(&source, path, arguments, &selection, report)
}

/// Takes `#[async_trait]` away, which would make other methods of the right ones.
fn without_async_trait(attributes: &mut Vec<Attribute>, report: &mut Report) {
    attributes.retain(|attribute| {
        let found = attribute.path().segments.last().is_some_and(|it| it.ident == "async_trait");
        if found {
            let message = "take `#[async_trait]` away: the trait of a contract has `async fn`s \
                           without it";
            report.error_at(attribute, message);
        }
        !found
    });
}

fn agent_impl(
    arguments: &Arguments,
    mut agent: Agent,
    path: &Path,
    mut report: Report,
) -> TokenStream {
    let Some(literal) = arguments.path() else {
        return with_built(arguments, agent, path, report);
    };
    let Some(source) = arguments.load(literal, &mut report) else {
        // What is generated elsewhere is there, whatever became of `check`.
        let here = arguments.proto.is_some();
        return if here {
            absent(agent, report)
        } else {
            with_built(arguments, agent, path, report)
        };
    };
    let code = match &arguments.proto {
        Some(proto) => {
            let selection = arguments.selection(&mut report);
            let code = generate::module(&source, proto, arguments, &selection, &mut report);
            let Some(code) = code else { return absent(agent, report) };
            code
        }
        None => source.files.dependencies(),
    };
    let agent = match compare::service(&source, arguments, path, &mut report) {
        Found::Right(service) => compare(arguments, &source, service, agent, path, &mut report),
        Found::Meant(Some(service)) if !agent.for_editor => {
            let path = rename(&mut agent, path, service);
            compare(arguments, &source, service, agent, &path, &mut report)
        }
        Found::Meant(_) => off(agent),
    };
    finish(report, &quote!(#code #agent))
}

/// An impl whose contract cannot be read, with what stands in for the code that is
/// missing; an editor keeps the impl alone.
fn absent(agent: Agent, report: Report) -> TokenStream {
    let stand_in = (!agent.for_editor).then(|| absent::code(&agent.item));
    let agent = off(agent);
    finish(report, &quote!(#agent #stand_in))
}

/// Makes an impl one of the service that is meant, with its methods where they
/// are those of the service.
fn rename(agent: &mut Agent, path: &Path, service: &Service) -> Path {
    if !compare::fits(service, &agent.item) {
        agent.item.items.clear();
        agent.unread = true;
    }
    let mut path = path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.ident = Ident::new(&service.rust.agent, last.ident.span());
    }
    if let Some((_, named, _)) = &mut agent.item.trait_ {
        named.clone_from(&path);
    }
    path
}

/// Checks against the contract of the package's build script, or against one that is
/// generated further up in the crate, where exactly one fits.
fn with_built(
    arguments: &Arguments,
    mut agent: Agent,
    path: &Path,
    mut report: Report,
) -> TokenStream {
    let mut sources = Source::generated();
    sources.extend(Source::built());
    let agent = if let Some((source, service)) = compare::implied(&sources, &agent.item, path) {
        compare(arguments, source, service, agent, path, &mut report)
    } else if arguments.misread {
        return absent(agent, report);
    } else {
        failure::complete(&mut agent.item, |ty| check::may_be_result(None, ty), &mut report);
        if let Some(name) = arguments.unimplemented.first().filter(|_| report.is_empty()) {
            let message = "which types this rpc has is in the contract: state it, \
                           `check = \"proto/agent.proto\"`";
            report.error(name.span(), message);
        }
        agent.into_tokens()
    };
    finish(report, &agent)
}

/// The impl without what is wrong in it, which is reported.
fn compare(
    arguments: &Arguments,
    source: &Source,
    service: &Service,
    mut agent: Agent,
    path: &Path,
    report: &mut Report,
) -> TokenStream {
    let contract = source.contract();
    let is_alias = |ty: &syn::Type| check::may_be_result(Some(contract), ty);
    let wrong = failure::complete(&mut agent.item, is_alias, report);
    let here = arguments.proto.as_ref().map(|proto| generate::modules(proto, arguments));
    let comparison = Comparison {
        source,
        service,
        path,
        types: Types::new(contract, here.as_ref(), path, &agent.item),
        unimplemented: &arguments.unimplemented,
        wrong,
        rest: Rest { by_macro: agent.by_macro, unread: agent.unread, for_editor: agent.for_editor },
    };
    let mentions = comparison.run(&mut agent.item, report);
    let agent = agent.into_tokens();
    quote!(#agent #mentions)
}

fn is_impl(item: &TokenStream) -> bool {
    let names = item.clone().into_iter().filter_map(|token| match token {
        TokenTree::Ident(name) => Some(name),
        _ => None,
    });
    names.into_iter().next().is_some_and(|name| name == "impl" || name == "unsafe")
}

fn misplaced(item: impl ToTokens) -> syn::Error {
    syn::Error::new_spanned(
        item,
        "`#[agent_service]` goes on an impl of the contract's trait: \
         `impl SomeAgent for YourType { … }`",
    )
}

/// The item as it came, not compiled, with the imports of its methods in use; an
/// editor keeps it.
fn off(agent: Agent) -> TokenStream {
    if agent.for_editor {
        return agent.into_tokens();
    }
    let generic = !agent.item.generics.params.is_empty();
    let named = |method: &ImplItemFn| mention::without_messages(method, generic);
    let mentions: TokenStream = methods(&agent.item).map(named).collect();
    let agent = agent.into_tokens();
    quote!(#[cfg(any())] #agent #mentions)
}

fn finish(report: Report, code: &TokenStream) -> TokenStream {
    let errors = report.into_tokens();
    quote!(#errors #code)
}

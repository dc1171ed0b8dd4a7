//! `#[agent_service]` and `contract!`: an impl checked against its contract,
//! and the contract's code where no build script makes it.
//!
//! The user's item always comes back. What is wrong with it is switched off by
//! `#[cfg(any())]` and stood in for, so that each mistake is reported once.

mod arguments;
mod check;
mod compare;
mod failure;
mod generate;
mod signature;
mod stand_in;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::Parser as _;
use syn::{ItemImpl, Path};

pub(crate) use self::arguments::folders;
pub(crate) use self::generate::ident;
pub(crate) use self::signature::is_generic;

use self::arguments::Arguments;
use self::compare::Comparison;

use crate::report::Report;
use crate::source::Source;

/// Expands the attribute.
pub(crate) fn expand(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut report = Report::default();
    let parsed = syn::parse2::<Arguments>(arguments).map_err(|error| report.push(error)).ok();
    let agent = match syn::parse2::<ItemImpl>(item.clone()) {
        Ok(agent) => agent,
        Err(error) => {
            report.push(if is_impl(item) { error } else { misplaced(item) });
            return finish(report, item);
        }
    };
    let Some((_, path, _)) = agent.trait_.clone() else {
        report.push(misplaced(agent.impl_token));
        return finish(report, item);
    };
    match parsed {
        Some(arguments) => agent_impl(&arguments, agent, &path, report),
        None => finish(report, &off(&agent)),
    }
}

/// Expands `contract!`.
pub(crate) fn contract(input: TokenStream) -> TokenStream {
    let mut report = Report::default();
    let parsed = Arguments::parse_contract.parse2(input);
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => return error.to_compile_error(),
    };
    let code = arguments.path().and_then(|path| {
        let source = arguments.load(path, &mut report)?;
        let selection = arguments.selection(&mut report);
        generate::module(&source, path, &selection, &mut report)
    });
    finish(report, &code.unwrap_or_default())
}

fn agent_impl(
    arguments: &Arguments,
    mut agent: ItemImpl,
    path: &Path,
    mut report: Report,
) -> TokenStream {
    let Some(literal) = arguments.path() else {
        let source = Source::built();
        let service = source.as_ref().and_then(|it| compare::implied(it.contract(), &agent, path));
        let wrong = failure::complete(&mut agent, &mut report);
        if let Some((source, service)) = source.as_ref().zip(service) {
            Comparison { source, service, here: false, wrong }.run(&mut agent, path, &mut report);
        }
        return finish(report, &quote!(#agent));
    };
    let Some(source) = arguments.load(literal, &mut report) else {
        return finish(report, &off(&agent));
    };
    let code = match &arguments.proto {
        Some(proto) => {
            let selection = arguments.selection(&mut report);
            generate::module(&source, proto, &selection, &mut report).unwrap_or_default()
        }
        None => source.files.dependencies(),
    };
    let service = compare::service(source.contract(), arguments, path, &mut report);
    let agent = match service {
        Some(service) => {
            let here = arguments.proto.is_some();
            let wrong = failure::complete(&mut agent, &mut report);
            let comparison = Comparison { source: &source, service, here, wrong };
            comparison.run(&mut agent, path, &mut report);
            quote!(#agent)
        }
        None => off(&agent),
    };
    finish(report, &quote!(#code #agent))
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

/// The item as it came, not compiled.
fn off(agent: &ItemImpl) -> TokenStream {
    quote!(#[cfg(any())] #agent)
}

fn finish(report: Report, code: &TokenStream) -> TokenStream {
    let errors = report.into_tokens();
    quote!(#errors #code)
}

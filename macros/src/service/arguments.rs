//! Reads the arguments of `#[agent_service(…)]` and `contract!(…)`.

use agentgen_codegen::OpenApiVersion;
use agentgen_codegen::emit::{EMITTERS, Group, Selection};
use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Ident, LitStr, Token, bracketed, parenthesized};

use crate::keys::skip;
use crate::report::{Report, did_you_mean, nearest};
use crate::source::{Named, Source};

const KEYS: [&str; 10] = [
    "proto",
    "check",
    "include",
    "module",
    "service_config",
    "service",
    "baseline",
    "openapi",
    "emit",
    "unimplemented",
];

/// Those of `contract!`, behind the path.
const CONTRACT_KEYS: [&str; 6] =
    ["include", "module", "service_config", "baseline", "openapi", "emit"];

/// Which contract, and where it is generated.
#[derive(Default)]
pub(crate) struct Arguments {
    /// The contract to generate here.
    pub(crate) proto: Option<LitStr>,
    /// The contract to check against; its code is generated elsewhere.
    pub(crate) check: Option<LitStr>,
    /// Where imports are looked up.
    pub(crate) include: Vec<LitStr>,
    /// The module that the code goes into, if not `contract`.
    pub(crate) module: Option<Ident>,
    /// The options that are laid over the contract.
    pub(crate) service_config: Option<LitStr>,
    /// The service, where the trait's name does not tell.
    pub(crate) service: Option<LitStr>,
    /// What the contract must not break.
    pub(crate) baseline: Option<LitStr>,
    /// The version of the OpenAPI document that is served.
    pub(crate) openapi: Option<LitStr>,
    /// What is emitted instead of everything.
    pub(crate) emit: Vec<LitStr>,
    /// The rpcs that the impl leaves out.
    pub(crate) unimplemented: Vec<Ident>,
    /// Whether a contract is to be generated here that could not be read.
    pub(crate) misread: bool,
}

impl Arguments {
    /// The arguments of the attribute: all that can be read of them, as code that is
    /// not generated is missed all over the crate.
    pub(crate) fn of_attribute(tokens: TokenStream, report: &mut Report) -> Self {
        let mut found = Self::default();
        read(tokens, report, |input, errors| {
            found.nameless(input, errors)?;
            found.keys(input, errors, |_| None);
            Ok(())
        });
        found.judge(report);
        found
    }

    /// The arguments of `contract!("…", include = …, service_config = …, baseline = …)`.
    pub(crate) fn of_contract(tokens: TokenStream, report: &mut Report) -> Self {
        let mut found = Self::default();
        read(tokens, report, |input, errors| {
            found.proto = Some(input.parse()?);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
            found.keys(input, errors, |key| {
                let known = CONTRACT_KEYS.contains(&key);
                let keys = CONTRACT_KEYS.join("`, `");
                (!known).then(|| format!("`contract!` takes no `{key}`, only `{keys}`"))
            });
            Ok(())
        });
        found
    }

    /// A contract that is stated without its key.
    fn nameless(
        &mut self,
        input: ParseStream<'_>,
        errors: &mut Vec<syn::Error>,
    ) -> syn::Result<()> {
        if input.peek(LitStr) {
            let path: LitStr = input.parse()?;
            let message =
                format!("which contract this is has a name: `proto = \"{0}\"`", path.value());
            errors.push(syn::Error::new(path.span(), message));
            self.proto = Some(path);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    /// Reads all keys, and collects what is wrong with each.
    fn keys(
        &mut self,
        input: ParseStream<'_>,
        errors: &mut Vec<syn::Error>,
        refused: impl Fn(&str) -> Option<String>,
    ) {
        while !input.is_empty() {
            if let Err(error) = self.argument(input, &refused) {
                errors.push(error);
                skip(input);
            }
            if !input.is_empty()
                && let Err(error) = input.parse::<Token![,]>()
            {
                errors.push(error);
                skip(input);
                _ = input.parse::<Token![,]>();
            }
        }
    }

    fn argument(
        &mut self,
        input: ParseStream<'_>,
        refused: impl Fn(&str) -> Option<String>,
    ) -> syn::Result<()> {
        let key = input.call(Ident::parse_any)?;
        let name = key.to_string();
        if let Some(message) = refused(&name) {
            return Err(syn::Error::new(key.span(), message));
        }
        let read = self.value(&name, &key, input);
        let meant = nearest(&name, KEYS);
        if let Some(meant) = meant.filter(|meant| *meant != name) {
            // The name is reported; what is meant by it holds all the same.
            _ = self.value(meant, &key, input);
        }
        self.misread |= meant == Some("proto") && self.proto.is_none();
        read
    }

    /// Reports what contradicts other arguments, and takes it away.
    fn judge(&mut self, report: &mut Report) {
        if report.is_empty()
            && let Err(error) = self.needs_contract()
        {
            report.push(error);
        }
        let Some(check) = &self.check else { return };
        if self.proto.is_some() {
            report.error(
                check.span(),
                "`proto` generates the contract here, `check` says that it is generated \
                 elsewhere: state one of them",
            );
            self.check = None;
            return;
        }
        if let Some(module) = self.module.take() {
            let message = "`check` generates nothing: the module is that of the code elsewhere";
            report.error(module.span(), message);
        }
        let emit = std::mem::take(&mut self.emit).into_iter().next();
        for (name, stated) in [("emit", emit), ("openapi", self.openapi.take())] {
            if let Some(stated) = stated {
                let message = format!(
                    "`check` generates nothing: state `{name}` where the code is generated"
                );
                report.error(stated.span(), message);
            }
        }
    }

    /// What is emitted; the default with a mistake.
    pub(crate) fn selection(&self, report: &mut Report) -> Selection {
        let mut selection = self.emitted(report);
        if let Some(literal) = &self.openapi {
            match literal.value().parse::<OpenApiVersion>() {
                Ok(version) => selection = selection.openapi([version]),
                Err(error) => report.error(literal.span(), error),
            }
        }
        selection
    }

    fn emitted(&self, report: &mut Report) -> Selection {
        let mut right = !self.emit.is_empty();
        for literal in &self.emit {
            if let Err(error) = emitted_here(&literal.value()) {
                report.error(literal.span(), error);
                right = false;
            }
        }
        let names = self.emit.iter().map(LitStr::value);
        // Without the trait there is nothing to implement.
        let chosen = right.then(|| Selection::new(names.chain(["service".to_owned()])).ok());
        chosen.flatten().unwrap_or_default()
    }

    /// The path of the contract.
    pub(crate) fn path(&self) -> Option<&LitStr> {
        self.proto.as_ref().or(self.check.as_ref())
    }

    /// Loads the contract at `path`; `None` with a mistake.
    pub(crate) fn load(&self, path: &LitStr, report: &mut Report) -> Option<Source> {
        let (service_config, baseline) = (self.service_config.as_ref(), self.baseline.as_ref());
        let includes = &self.include;
        Source::load(&Named { path, includes, service_config, baseline }, report)
    }

    /// Reads what follows a key; nothing where there is none of this name.
    fn value(&mut self, name: &str, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        let slot = match name {
            "proto" => &mut self.proto,
            "check" => &mut self.check,
            "service" => &mut self.service,
            "baseline" => &mut self.baseline,
            "openapi" => &mut self.openapi,
            "service_config" => &mut self.service_config,
            "module" => {
                input.parse::<Token![=]>()?;
                let literal: LitStr = input.parse()?;
                let Ok(module) = literal.parse::<Ident>() else {
                    let message = "the name of a module, such as `wire`";
                    return Err(syn::Error::new(literal.span(), message));
                };
                return once(&mut self.module, module, key);
            }
            "include" | "emit" => {
                input.parse::<Token![=]>()?;
                let list = if name == "emit" { &mut self.emit } else { &mut self.include };
                list.extend(texts(input)?);
                return Ok(());
            }
            "unimplemented" => {
                let list;
                parenthesized!(list in input);
                for rpc in Punctuated::<_, Token![,]>::parse_terminated_with(&list, rpc_name)? {
                    if self.unimplemented.contains(&rpc) {
                        let message = format!("rpc `{rpc}` is named twice");
                        return Err(syn::Error::new(rpc.span(), message));
                    }
                    self.unimplemented.push(rpc);
                }
                return Ok(());
            }
            _ => {
                let hint = did_you_mean(name, KEYS);
                let message = format!("no argument `{name}`{hint} (known: {})", KEYS.join(", "));
                return Err(syn::Error::new(key.span(), message));
            }
        };
        input.parse::<Token![=]>()?;
        once(slot, input.parse()?, key)
    }

    fn needs_contract(&self) -> syn::Result<()> {
        let stray = [&self.service, &self.baseline, &self.service_config, &self.openapi];
        let stray = stray.into_iter().flatten().next().or(self.include.first());
        let stray = stray.or(self.emit.first()).map(LitStr::span);
        let stray = stray.or(self.module.as_ref().map(Ident::span));
        match (self.path(), stray) {
            (None, Some(stray)) => Err(syn::Error::new(
                stray,
                "this says more about `proto = \"…\"`, which is missing",
            )),
            _ => Ok(()),
        }
    }
}

/// Reports what `parse` does not take; it goes on behind what it has collected.
fn read(
    tokens: TokenStream,
    report: &mut Report,
    parse: impl FnOnce(ParseStream<'_>, &mut Vec<syn::Error>) -> syn::Result<()>,
) {
    let mut errors = Vec::new();
    let parsed = (|input: ParseStream<'_>| parse(input, &mut errors)).parse2(tokens);
    // A group that was left early would be reported a second time.
    if errors.is_empty() {
        errors.extend(parsed.err());
    }
    for error in errors {
        report.push(error);
    }
}

/// The name of an rpc, which is no text.
fn rpc_name(input: ParseStream<'_>) -> syn::Result<Ident> {
    let Ok(Some(text)) = input.parse::<Option<LitStr>>() else {
        return input.call(Ident::parse_any);
    };
    let name = text.value();
    Err(syn::Error::new(text.span(), format!("an rpc by its name alone: `unimplemented({name})`")))
}

/// Refuses what a macro cannot emit.
fn emitted_here(name: &str) -> Result<(), String> {
    let chosen = Selection::new([name]).map_err(|error| error.to_string())?;
    if chosen.emitters().any(|it| it.group == Group::Rust) {
        return Ok(());
    }
    let embedded = format!("{name}-embedded");
    let embedded = EMITTERS.iter().find(|it| it.name == embedded).map(|it| it.name);
    let instead = embedded.map_or_else(String::new, |it| format!("; in code it is `{it}`"));
    Err(format!("`{name}` is written to files, by `agentgen gen`{instead}"))
}

/// The first value counts.
fn once<T>(slot: &mut Option<T>, value: T, key: &Ident) -> syn::Result<()> {
    if slot.is_some() {
        return Err(syn::Error::new(key.span(), format!("`{key}` is stated twice")));
    }
    *slot = Some(value);
    Ok(())
}

/// One text, or a list of them.
pub(crate) fn texts(input: ParseStream<'_>) -> syn::Result<Vec<LitStr>> {
    if input.peek(LitStr) {
        return Ok(vec![input.parse()?]);
    }
    let list;
    bracketed!(list in input);
    let texts = Punctuated::<LitStr, Token![,]>::parse_terminated(&list)?;
    Ok(texts.into_iter().collect())
}

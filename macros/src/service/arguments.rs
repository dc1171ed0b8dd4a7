//! Reads the arguments of `#[agent_service(…)]` and `contract!(…)`.

use agentgen_codegen::OpenApiVersion;
use agentgen_codegen::emit::Selection;
use proc_macro2::TokenTree;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, LitStr, Token, bracketed, parenthesized};

use crate::report::{Report, did_you_mean};
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
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let path: LitStr = input.parse()?;
            let message =
                format!("which contract this is has a name: `proto = \"{0}\"`", path.value());
            return Err(syn::Error::new(path.span(), message));
        }
        let mut found = Self::default();
        found.keys(input, |_| None)?;
        if let (Some(_), Some(check)) = (&found.proto, &found.check) {
            return Err(syn::Error::new(
                check.span(),
                "`proto` generates the contract here, `check` says that it is generated \
                 elsewhere: state one of them",
            ));
        }
        if let (Some(module), Some(_)) = (&found.module, &found.check) {
            let message = "`check` generates nothing: the module is that of the code elsewhere";
            return Err(syn::Error::new(module.span(), message));
        }
        found.needs_contract()?;
        Ok(found)
    }
}

impl Arguments {
    /// The arguments of `contract!("…", include = …, service_config = …, baseline = …)`.
    pub(crate) fn parse_contract(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut found = Self { proto: Some(input.parse()?), ..Self::default() };
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        found.keys(input, |key| {
            let known = CONTRACT_KEYS.contains(&key);
            let keys = CONTRACT_KEYS.join("`, `");
            (!known).then(|| format!("`contract!` takes no `{key}`, only `{keys}`"))
        })?;
        Ok(found)
    }

    /// Reads all keys, and collects what is wrong with each.
    fn keys(
        &mut self,
        input: ParseStream<'_>,
        refused: impl Fn(&str) -> Option<String>,
    ) -> syn::Result<()> {
        let mut errors: Option<syn::Error> = None;
        while !input.is_empty() {
            let key: Ident = input.fork().call(Ident::parse_any)?;
            let read = match refused(&key.to_string()) {
                Some(message) => Err(syn::Error::new(key.span(), message)),
                None => self.key(input),
            };
            if let Err(error) = read {
                match &mut errors {
                    Some(errors) => errors.combine(error),
                    None => errors = Some(error),
                }
                to_comma(input)?;
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        errors.map_or(Ok(()), Err)
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
            if let Err(error) = Selection::new([literal.value()]) {
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

    fn key(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let key: Ident = input.parse()?;
        let name = key.to_string();
        let slot = match name.as_str() {
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
                return once(&mut self.module, module, &key);
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
                let rpcs =
                    Punctuated::<Ident, Token![,]>::parse_terminated_with(&list, Ident::parse_any)?;
                self.unimplemented.extend(rpcs);
                return Ok(());
            }
            _ => {
                let hint = did_you_mean(&name, KEYS);
                let message = format!("no argument `{name}`{hint} (known: {})", KEYS.join(", "));
                return Err(syn::Error::new(key.span(), message));
            }
        };
        input.parse::<Token![=]>()?;
        once(slot, input.parse()?, &key)
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

fn once<T>(slot: &mut Option<T>, value: T, key: &Ident) -> syn::Result<()> {
    match slot.replace(value) {
        Some(_) => Err(syn::Error::new(key.span(), format!("`{key}` is stated twice"))),
        None => Ok(()),
    }
}

/// Skips what is left of an argument.
fn to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
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

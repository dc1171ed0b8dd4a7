//! Reads the arguments of `#[agent_service(…)]` and `contract!(…)`.

use agentgen_codegen::OpenApiVersion;
use agentgen_codegen::emit::Selection;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, LitStr, Token, bracketed, parenthesized};

use crate::report::{Report, did_you_mean};
use crate::source::{Named, Source};

const KEYS: [&str; 9] = [
    "proto",
    "check",
    "include",
    "service_config",
    "service",
    "baseline",
    "openapi",
    "emit",
    "unimplemented",
];

/// Those of `contract!`, behind the path.
const CONTRACT_KEYS: [&str; 5] = ["include", "service_config", "baseline", "openapi", "emit"];

/// Which contract, and where it is generated.
#[derive(Default)]
pub(crate) struct Arguments {
    /// The contract to generate here.
    pub(crate) proto: Option<LitStr>,
    /// The contract to check against; its code is generated elsewhere.
    pub(crate) check: Option<LitStr>,
    /// Where imports are looked up.
    pub(crate) include: Vec<LitStr>,
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
        let mut found = Self::default();
        while !input.is_empty() {
            found.key(input)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        if let (Some(_), Some(check)) = (&found.proto, &found.check) {
            return Err(syn::Error::new(
                check.span(),
                "`proto` generates the contract here, `check` says that it is generated \
                 elsewhere: state one of them",
            ));
        }
        found.needs_contract()?;
        Ok(found)
    }
}

impl Arguments {
    /// The arguments of `contract!("…", include = …, service_config = …, baseline = …)`.
    pub(crate) fn parse_contract(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut found = Self { proto: Some(input.parse()?), ..Self::default() };
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let key: Ident = input.fork().parse()?;
            if !CONTRACT_KEYS.iter().any(|known| key == known) {
                let message =
                    format!("`contract!` takes no `{key}`, only `{}`", CONTRACT_KEYS.join("`, `"));
                return Err(syn::Error::new(key.span(), message));
            }
            found.key(input)?;
        }
        Ok(found)
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
        match slot.replace(input.parse()?) {
            Some(_) => Err(syn::Error::new(key.span(), format!("`{name}` is stated twice"))),
            None => Ok(()),
        }
    }

    fn needs_contract(&self) -> syn::Result<()> {
        let stray = [&self.service, &self.baseline, &self.service_config, &self.openapi];
        let stray = stray.into_iter().flatten().next().or(self.include.first());
        let stray = stray.or(self.emit.first());
        match (self.path(), stray) {
            (None, Some(stray)) => Err(syn::Error::new(
                stray.span(),
                "this says more about `proto = \"…\"`, which is missing",
            )),
            _ => Ok(()),
        }
    }
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

//! Reads `#[agent(…)]` of a type, a field or a variant.

use syn::ext::IdentExt as _;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, DeriveInput, Ident, LitStr, Path, Token};

use crate::report::{Report, did_you_mean};
use crate::service::texts;
use crate::source::{Named, Source};

const ON_TYPE: [&str; 5] = ["message", "transparent", "proto", "include", "rust"];
const ON_PART: [&str; 5] = ["rename", "default", "try_from", "skip", "other"];

/// What `#[agent(…)]` says of the whole type.
#[derive(Default)]
pub(super) struct OnType {
    pub(super) message: Option<LitStr>,
    pub(super) transparent: bool,
    pub(super) proto: Option<LitStr>,
    include: Vec<LitStr>,
    pub(super) rust: Option<Path>,
}

/// What `#[agent(…)]` says of a field or a variant.
#[derive(Default)]
pub(super) struct OnPart {
    pub(super) rename: Option<LitStr>,
    pub(super) default: Option<Ident>,
    pub(super) try_from: Option<Ident>,
    pub(super) skip: Option<Ident>,
    pub(super) other: Option<Ident>,
}

impl OnType {
    /// Reads the attributes; `None` with a mistake.
    pub(super) fn parse(input: &DeriveInput, report: &mut Report) -> Option<Self> {
        let mut found = Self::default();
        each(&input.attrs, report, |meta| found.key(meta))?;
        match (&found.message, found.transparent) {
            (Some(message), true) => {
                report.error_at(message, "`transparent` stands alone: the field is the value");
                None
            }
            (None, false) => {
                let message = "state which message of the contract this is: \
                               `#[agent(message = \"package.Message\")]`";
                report.error(input.ident.span(), message);
                None
            }
            _ => Some(found),
        }
    }

    fn key(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let name = name(meta);
        match name.as_str() {
            "message" => set(&mut self.message, meta, |meta| meta.value()?.parse()),
            "proto" => set(&mut self.proto, meta, |meta| meta.value()?.parse()),
            "rust" => set(&mut self.rust, meta, |meta| meta.value()?.parse()),
            "include" => {
                self.include.extend(texts(meta.value()?)?);
                Ok(())
            }
            "transparent" => {
                self.transparent = true;
                Ok(())
            }
            _ => Err(unknown(meta, &name, &ON_TYPE)),
        }
    }

    /// The contract; `None` with a mistake.
    pub(super) fn source(&self, report: &mut Report) -> Option<Source> {
        if let Some(proto) = &self.proto {
            let includes = &self.include;
            let named = Named { path: proto, includes, service_config: None, baseline: None };
            return Source::load(&named, report);
        }
        let found = Source::built();
        if found.is_none() {
            let message = "no build script has read a contract: state it, \
                           `#[agent(message = …, proto = \"proto/agent.proto\")]`";
            report.error_at(&self.message, message);
        }
        found
    }
}

impl OnPart {
    /// Reads the attributes of one place, of which it may have those `allowed`;
    /// `None` with a mistake.
    pub(super) fn parse(
        attributes: &[Attribute],
        allowed: &[&str],
        report: &mut Report,
    ) -> Option<Self> {
        let mut found = Self::default();
        each(attributes, report, |meta| found.key(meta, allowed))?;
        Some(found)
    }

    fn key(&mut self, meta: &ParseNestedMeta<'_>, allowed: &[&str]) -> syn::Result<()> {
        let name = name(meta);
        if !allowed.contains(&name.as_str()) {
            let elsewhere = ON_PART.contains(&name.as_str());
            let misplaced = || meta.error(format!("`{name}` has no meaning here"));
            return Err(if elsewhere { misplaced() } else { unknown(meta, &name, allowed) });
        }
        match name.as_str() {
            "rename" => set(&mut self.rename, meta, |meta| meta.value()?.parse()),
            "default" => set(&mut self.default, meta, flag),
            "try_from" => set(&mut self.try_from, meta, flag),
            "skip" => set(&mut self.skip, meta, flag),
            _ => set(&mut self.other, meta, flag),
        }
    }

    /// The name in the contract: the stated one, or that of the item.
    pub(super) fn name_of(&self, ident: &Ident) -> String {
        self.rename.as_ref().map_or_else(|| ident.unraw().to_string(), LitStr::value)
    }

    /// Where the name stands.
    pub(super) fn span_of(&self, ident: &Ident) -> proc_macro2::Span {
        self.rename.as_ref().map_or_else(|| ident.span(), LitStr::span)
    }
}

/// Reads every key; `None` with a mistake.
fn each(
    attributes: &[Attribute],
    report: &mut Report,
    mut read: impl FnMut(&ParseNestedMeta<'_>) -> syn::Result<()>,
) -> Option<()> {
    let mut right = Some(());
    for attribute in attributes.iter().filter(|it| it.path().is_ident("agent")) {
        if let Err(error) = attribute.parse_nested_meta(|meta| read(&meta)) {
            report.push(error);
            right = None;
        }
    }
    right
}

fn name(meta: &ParseNestedMeta<'_>) -> String {
    meta.path.get_ident().map(ToString::to_string).unwrap_or_default()
}

fn unknown(meta: &ParseNestedMeta<'_>, name: &str, known: &[&str]) -> syn::Error {
    let hint = did_you_mean(name, known.iter().copied());
    meta.error(format!("no key `{name}`{hint} (keys: {})", known.join(", ")))
}

fn flag(meta: &ParseNestedMeta<'_>) -> syn::Result<Ident> {
    if meta.input.peek(Token![=]) {
        return Err(meta.error("takes no value"));
    }
    meta.path.require_ident().cloned()
}

fn set<T>(
    slot: &mut Option<T>,
    meta: &ParseNestedMeta<'_>,
    read: impl FnOnce(&ParseNestedMeta<'_>) -> syn::Result<T>,
) -> syn::Result<()> {
    match slot.replace(read(meta)?) {
        Some(_) => Err(meta.error("stated twice")),
        None => Ok(()),
    }
}

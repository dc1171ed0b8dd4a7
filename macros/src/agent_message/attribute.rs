//! Reads `#[agent(…)]` of a type, a field or a variant.

use syn::ext::IdentExt as _;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, DeriveInput, Fields, Ident, LitStr, Path, Token};

use crate::keys::{each, name, set, unknown};
use crate::report::Report;
use crate::service::texts;
use crate::source::{Named, Source};

const ON_TYPE: [&str; 5] = ["message", "transparent", "proto", "include", "rust"];
const ON_PART: [&str; 5] = ["rename", "default", "try_from", "skip", "other"];

/// What `#[agent(…)]` says of the whole type.
#[derive(Default)]
pub(super) struct OnType {
    pub(super) message: Option<LitStr>,
    pub(super) transparent: Option<Ident>,
    pub(super) proto: Option<LitStr>,
    include: Vec<LitStr>,
    pub(super) rust: Option<Path>,
    /// There is a mistake.
    pub(super) broken: bool,
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
    /// Reads the attributes.
    pub(super) fn parse(input: &DeriveInput, report: &mut Report) -> Self {
        let mut found = Self::default();
        found.broken = each(&input.attrs, report, |meta| found.key(meta)).is_none();
        found.broken |= found.contradicts(report);
        if found.message.is_none() && found.transparent.is_none() && !found.broken {
            let message = "state which message of the contract this is: \
                           `#[agent(message = \"package.Message\")]`";
            report.error(input.ident.span(), message);
            found.broken = true;
        }
        found
    }

    /// Reports what is stated beside what leaves it without a meaning.
    fn contradicts(&self, report: &mut Report) -> bool {
        if let Some(transparent) = &self.transparent {
            let more = self.message.is_some() || self.proto.is_some() || self.rust.is_some();
            let more = more || !self.include.is_empty();
            if more {
                let message = "`transparent` stands alone: the field is the value";
                report.error(transparent.span(), message);
            }
            return more;
        }
        let include = self.include.first().filter(|_| self.proto.is_none());
        if let Some(include) = include {
            let message = "`include` is for the imports of `proto`, which is not stated: the build \
                           script has its own";
            report.error(include.span(), message);
        }
        include.is_some()
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
            "transparent" => set(&mut self.transparent, meta, flag),
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
        (!found.contradicts(report)).then_some(found)
    }

    /// Reports what is stated beside what leaves it without a meaning.
    fn contradicts(&self, report: &mut Report) -> bool {
        let rename = self.rename.as_ref().map(LitStr::span);
        let flags = [self.default.as_ref(), self.try_from.as_ref()];
        let mut more = rename.into_iter().chain(flags.into_iter().flatten().map(Ident::span));
        let message = if self.skip.is_some() {
            "a field that is left out, by `skip`, takes nothing more"
        } else if self.other.is_some() {
            "the variant for `other` numbers is no value of the contract: it takes nothing more"
        } else {
            return false;
        };
        let span = more.next();
        if let Some(span) = span {
            report.error(span, message);
        }
        span.is_some()
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
            "other" => set(&mut self.other, meta, flag),
            _ => Err(unknown(meta, &name, allowed)),
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

/// Reports attributes on fields that have none: each says something of `place` instead.
pub(super) fn none_on(fields: &Fields, place: &str, report: &mut Report) -> Option<()> {
    let attributes = fields.iter().flat_map(|field| &field.attrs);
    let mut stray = attributes.filter(|it| it.path().is_ident("agent")).peekable();
    let right = stray.peek().is_none().then_some(());
    for attribute in stray {
        report.error_at(attribute, format!("`#[agent(…)]` has no meaning on this field: {place}"));
    }
    right
}

fn flag(meta: &ParseNestedMeta<'_>) -> syn::Result<Ident> {
    if meta.input.peek(Token![=]) {
        return Err(meta.error("takes no value"));
    }
    meta.path.require_ident().cloned()
}

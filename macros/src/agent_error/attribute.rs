//! Reads `#[agent(…)]` of a type or a variant.

use syn::meta::ParseNestedMeta;
use syn::{Index, LitInt, LitStr, Member, Path, Token};

use crate::report::{Report, did_you_mean};

const KEYS: [&str; 6] = ["code", "reason", "domain", "message", "retry_after", "transparent"];

/// What `#[agent(…)]` says; nothing where there is none.
#[derive(Clone, Default)]
pub(super) struct Attribute {
    pub(super) code: Option<Path>,
    pub(super) reason: Option<LitStr>,
    pub(super) domain: Option<LitStr>,
    pub(super) message: Option<LitStr>,
    pub(super) retry_after: Option<Member>,
    pub(super) transparent: Option<Path>,
    /// A key could not be read: what seems to be missing may be there.
    pub(super) broken: bool,
}

impl Attribute {
    /// Reads the attributes of one place.
    pub(super) fn parse(attributes: &[syn::Attribute], report: &mut Report) -> Self {
        let mut found = Self::default();
        for attribute in attributes.iter().filter(|it| it.path().is_ident("agent")) {
            if let Err(error) = attribute.parse_nested_meta(|meta| found.key(&meta)) {
                found.broken = true;
                report.push(error);
            }
        }
        if let (Some(path), true) = (&found.transparent, found.says_more()) {
            let span = path
                .segments
                .first()
                .map_or_else(proc_macro2::Span::call_site, |segment| segment.ident.span());
            report.error(span, "`transparent` stands alone: the status comes from the field");
            found.broken = true;
        }
        found
    }

    fn key(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match name.as_str() {
            "code" => set(&mut self.code, meta, |meta| meta.value()?.parse()),
            "reason" => set(&mut self.reason, meta, reason),
            "domain" => set(&mut self.domain, meta, |meta| meta.value()?.parse()),
            "message" => set(&mut self.message, meta, |meta| meta.value()?.parse()),
            "retry_after" => set(&mut self.retry_after, meta, member),
            "transparent" => set(&mut self.transparent, meta, |meta| Ok(meta.path.clone())),
            _ => {
                let hint = did_you_mean(&name, KEYS);
                Err(meta.error(format!("no key `{name}`{hint} (keys: {})", KEYS.join(", "))))
            }
        }
    }

    fn says_more(&self) -> bool {
        self.code.is_some() || self.domain.is_some() || self.is_variant_only()
    }

    fn is_variant_only(&self) -> bool {
        self.reason.is_some() || self.message.is_some() || self.retry_after.is_some()
    }

    /// Complains about keys that an enum's variants state, not the enum.
    pub(super) fn allow_only_domain(&self, report: &mut Report) {
        let misplaced = self.code.as_ref().or(self.transparent.as_ref());
        let span = misplaced.and_then(|path| path.segments.first()).map(|it| it.ident.span());
        let span =
            span.or_else(|| self.reason.as_ref().or(self.message.as_ref()).map(LitStr::span));
        let span = span.or_else(|| match self.retry_after.as_ref()? {
            Member::Named(ident) => Some(ident.span()),
            Member::Unnamed(index) => Some(index.span),
        });
        if let Some(span) = span {
            report.error(span, "on an enum only `domain` is stated; the rest on each variant");
        }
    }
}

fn set<T>(
    slot: &mut Option<T>,
    meta: &ParseNestedMeta<'_>,
    parse: impl FnOnce(&ParseNestedMeta<'_>) -> syn::Result<T>,
) -> syn::Result<()> {
    let value = parse(meta)?;
    if slot.replace(value).is_some() {
        return Err(meta.error("stated twice"));
    }
    Ok(())
}

/// A reason as `google.rpc.ErrorInfo` demands it.
fn reason(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    let literal: LitStr = meta.value()?.parse()?;
    let text = literal.value();
    let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let valid = (2..=63).contains(&text.len())
        && text.bytes().all(allowed)
        && text.starts_with(|first: char| first.is_ascii_uppercase())
        && !text.ends_with('_');
    if valid {
        return Ok(literal);
    }
    Err(syn::Error::new(
        literal.span(),
        "a reason is UPPER_SNAKE_CASE, of 2 to 63 letters, digits and underscores",
    ))
}

fn member(meta: &ParseNestedMeta<'_>) -> syn::Result<Member> {
    let value = meta.value()?;
    if value.peek(LitInt) {
        let index: Index = value.parse()?;
        return Ok(Member::Unnamed(index));
    }
    if value.peek(Token![self]) {
        return Err(value.error("the name of a field, without `self`"));
    }
    value.parse()
}

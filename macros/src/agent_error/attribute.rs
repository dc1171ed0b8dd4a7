//! Reads `#[agent(…)]` of a type or a variant.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt as _;
use syn::meta::ParseNestedMeta;
use syn::parse::{ParseBuffer, ParseStream};
use syn::{Ident, Index, Lit, LitBool, LitInt, LitStr, Member, Path, Token};

use crate::keys::{each, name, set, unknown};
use crate::report::Report;

const KEYS: [&str; 9] = [
    "code",
    "reason",
    "domain",
    "message",
    "retryable",
    "retry_after",
    "field",
    "violations",
    "transparent",
];

/// Which field of the request is wrong.
#[derive(Clone)]
pub(super) enum FieldPath {
    /// Always this one.
    Fixed(LitStr),
    /// The one that a field of the error names.
    In(Member),
}

/// What `#[agent(…)]` says; nothing where there is none.
#[derive(Clone, Default)]
pub(super) struct Attribute {
    pub(super) code: Option<Path>,
    pub(super) reason: Option<LitStr>,
    pub(super) domain: Option<LitStr>,
    pub(super) message: Option<LitStr>,
    pub(super) retryable: Option<LitBool>,
    pub(super) retry_after: Option<Member>,
    pub(super) field: Option<FieldPath>,
    pub(super) violations: Option<Member>,
    pub(super) transparent: Option<Path>,
    /// A key could not be read: what seems to be missing may be there.
    pub(super) broken: bool,
}

impl Attribute {
    /// Reads the attributes of one place.
    pub(super) fn parse(attributes: &[syn::Attribute], report: &mut Report) -> Self {
        let mut found = Self::default();
        found.broken = each(attributes, report, |meta| found.key(meta)).is_none();
        if let (Some(path), true) = (&found.transparent, found.says_more()) {
            let span =
                path.segments.first().map_or_else(Span::call_site, |segment| segment.ident.span());
            report.error(span, "`transparent` stands alone: the status comes from the field");
            found.broken = true;
        }
        found
    }

    fn key(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let name = name(meta);
        match name.as_str() {
            "code" => set(&mut self.code, meta, code),
            "reason" => set(&mut self.reason, meta, reason),
            "domain" => set(&mut self.domain, meta, |meta| meta.value()?.parse()),
            "message" => set(&mut self.message, meta, |meta| meta.value()?.parse()),
            "retryable" => set(&mut self.retryable, meta, retryable),
            "retry_after" => set(&mut self.retry_after, meta, member),
            "field" => set(&mut self.field, meta, path),
            "violations" => set(&mut self.violations, meta, member),
            "transparent" => set(&mut self.transparent, meta, |meta| Ok(meta.path.clone())),
            _ => Err(unknown(meta, &name, &KEYS)),
        }
    }

    fn says_more(&self) -> bool {
        self.code.is_some() || self.domain.is_some() || self.is_variant_only()
    }

    /// The places of what is about a variant's fields or its attempts.
    fn members(&self) -> Vec<Span> {
        let path = self.field.as_ref().map(|path| match path {
            FieldPath::Fixed(path) => path.span(),
            FieldPath::In(member) => span(member),
        });
        let members = self.retry_after.iter().chain(&self.violations).map(span);
        let retryable = self.retryable.as_ref().map(LitBool::span);
        path.into_iter().chain(members).chain(retryable).collect()
    }

    fn is_variant_only(&self) -> bool {
        self.reason.is_some() || self.message.is_some() || !self.members().is_empty()
    }

    /// Complains about keys that an enum's variants state, not the enum.
    pub(super) fn allow_only_domain(&self, report: &mut Report) {
        let misplaced = self.code.as_ref().or(self.transparent.as_ref());
        let span = misplaced.and_then(|path| path.segments.first()).map(|it| it.ident.span());
        let span =
            span.or_else(|| self.reason.as_ref().or(self.message.as_ref()).map(LitStr::span));
        let span = span.or_else(|| self.members().first().copied());
        if let Some(span) = span {
            report.error(span, "on an enum only `domain` is stated; the rest on each variant");
        }
    }
}

/// What to do about an attribute on the field of this name.
pub(super) fn misplaced(attribute: &syn::Attribute, field: &str) -> String {
    let first = |input: ParseStream<'_>| {
        let key = input.call(Ident::parse_any)?;
        input.parse::<TokenStream>().map(|_| key.to_string())
    };
    let key = attribute.parse_args_with(first).unwrap_or_default();
    let right = match key.as_str() {
        "retry_after" | "field" | "violations" => format!("`#[agent({key} = {field})]`"),
        _ => "`#[agent(code = …)]`".to_owned(),
    };
    format!(
        "`#[agent(…)]` has no meaning on a field; it goes on the variant, or on the struct: {right}"
    )
}

/// What a reason has to be.
pub(super) const REASON: &str =
    "a reason is UPPER_SNAKE_CASE, of 3 to 63 ASCII letters, digits and underscores";

/// Whether a reason is as `google.rpc.ErrorInfo` demands it.
pub(super) fn is_reason(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    (3..=63).contains(&text.len())
        && text.bytes().all(allowed)
        && text.starts_with(|first: char| first.is_ascii_uppercase())
        && !text.ends_with('_')
}

/// `code = NotFound`, which is no text.
fn code(meta: &ParseNestedMeta<'_>) -> syn::Result<Path> {
    let value = meta.value()?;
    let message = match value.fork().parse::<Lit>() {
        Err(_) => return value.parse(),
        Ok(Lit::Str(name)) => {
            format!("a code is stated without quotes, `code = {}`", name.value())
        }
        Ok(_) => "a code by its name, such as `code = NotFound`".to_owned(),
    };
    Err(value.error(message))
}

/// `retryable = true`: what is left out depends on the code.
fn retryable(meta: &ParseNestedMeta<'_>) -> syn::Result<LitBool> {
    let stated = meta.value().and_then(ParseBuffer::parse);
    stated
        .map_err(|error| syn::Error::new(error.span(), "`retryable = true` or `retryable = false`"))
}

fn reason(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    let literal: LitStr = meta.value()?.parse()?;
    if is_reason(&literal.value()) {
        return Ok(literal);
    }
    Err(syn::Error::new(literal.span(), REASON))
}

/// `field = "document.pages"`, or the field of the error that says it.
fn path(meta: &ParseNestedMeta<'_>) -> syn::Result<FieldPath> {
    let value = meta.value()?;
    if !value.peek(LitStr) {
        return parse_member(value).map(FieldPath::In);
    }
    let literal: LitStr = value.parse()?;
    if literal.value().is_empty() {
        return Err(syn::Error::new(
            literal.span(),
            "the path of a field of the request, such as `document.pages`",
        ));
    }
    Ok(FieldPath::Fixed(literal))
}

/// Where a field is named.
pub(super) fn span(member: &Member) -> Span {
    match member {
        Member::Named(ident) => ident.span(),
        Member::Unnamed(index) => index.span,
    }
}

fn member(meta: &ParseNestedMeta<'_>) -> syn::Result<Member> {
    parse_member(meta.value()?)
}

fn parse_member(value: ParseStream<'_>) -> syn::Result<Member> {
    if value.peek(LitInt) {
        let index: Index = value.parse()?;
        return Ok(Member::Unnamed(index));
    }
    if value.peek(Token![self]) {
        return Err(value.error("the name of a field, without `self`"));
    }
    if value.peek(Lit) {
        return Err(value.error("the name of the field of this error that holds it, no literal"));
    }
    value.parse()
}

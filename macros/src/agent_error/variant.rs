//! One way to fail: its checks and its match arm.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Fields, Ident, LitStr, Member};

use super::attribute::Attribute;
use super::code;
use crate::report::{Report, did_you_mean};

/// A variant of an enum, or a whole struct.
pub(super) struct Variant<'a> {
    pub(super) path: TokenStream,
    pub(super) ident: &'a Ident,
    pub(super) fields: &'a Fields,
    pub(super) attribute: Attribute,
    /// The domain that the enum states.
    pub(super) domain: Option<&'a LitStr>,
}

impl Variant<'_> {
    /// The match arm that makes a status of it; `None` with a mistake.
    pub(super) fn arm(&self, report: &mut Report) -> Option<TokenStream> {
        if self.attribute.broken {
            return None;
        }
        if self.attribute.transparent.is_some() {
            return self.transparent(report);
        }
        let Some(path) = &self.attribute.code else {
            report.error(self.ident.span(), format!(
                "`{}` has no code: add `#[agent(code = …)]`, or `#[agent(transparent)]` to pass on the status of its field",
                self.ident
            ));
            return None;
        };
        let code = code::check(path, report);
        let retry = self.retry_after(report)?;
        let (code, reason, domain) = (code?, self.reason(), self.domain());
        let message = self.attribute.message.as_ref().map_or_else(
            || quote!(::std::string::ToString::to_string(&error)),
            LitStr::to_token_stream,
        );
        let path = &self.path;
        let (pattern, retry) = retry;
        Some(quote! {
            #path { #pattern .. } => {
                let mut status = ::agentgen::Status::new(::agentgen::Code::#code, #message);
                #retry
                status = status.with_reason(#reason, #domain);
                status.with_source(error)
            }
        })
    }

    /// The status of the one field.
    fn transparent(&self, report: &mut Report) -> Option<TokenStream> {
        let mut fields = self.fields.members();
        let (Some(field), None) = (fields.next(), fields.next()) else {
            report.error(
                self.ident.span(),
                "`transparent` needs exactly one field, the status or an error that converts into one",
            );
            return None;
        };
        let path = &self.path;
        Some(quote!(#path { #field: inner } => ::core::convert::Into::into(inner),))
    }

    /// The pattern that binds the delay and the statement that states it, both
    /// empty where there is no delay; `None` with a mistake.
    fn retry_after(&self, report: &mut Report) -> Option<(TokenStream, TokenStream)> {
        let Some(wanted) = &self.attribute.retry_after else {
            return Some((TokenStream::new(), TokenStream::new()));
        };
        if self.fields.members().any(|member| member == *wanted) {
            let span = span(wanted);
            let set = quote_spanned! {span=>
                status.details_mut().retry_after = ::core::convert::Into::into(*after);
            };
            return Some((quote!(#wanted: ref after,), set));
        }
        let names: Vec<_> = self.fields.members().map(|member| name(&member)).collect();
        let hint = did_you_mean(&name(wanted), names.iter().map(String::as_str));
        report
            .error(span(wanted), format!("`{}` has no field `{}`{hint}", self.ident, name(wanted)));
        None
    }

    fn reason(&self) -> String {
        match &self.attribute.reason {
            Some(reason) => reason.value(),
            None => screaming_snake(&self.ident.to_string()),
        }
    }

    fn domain(&self) -> TokenStream {
        let stated = self.attribute.domain.as_ref().or(self.domain);
        stated.map_or_else(|| quote!(::core::env!("CARGO_PKG_NAME")), LitStr::to_token_stream)
    }
}

fn span(member: &Member) -> Span {
    match member {
        Member::Named(ident) => ident.span(),
        Member::Unnamed(index) => index.span,
    }
}

fn name(member: &Member) -> String {
    match member {
        Member::Named(ident) => ident.to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

/// `NoDocument` as `NO_DOCUMENT`; a run of capitals is one word.
fn screaming_snake(name: &str) -> String {
    let letters: Vec<char> = name.trim_start_matches("r#").chars().collect();
    let mut out = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let starts = before.is_some_and(|it| it.is_lowercase() || it.is_numeric())
            || (before.is_some_and(|it| it.is_uppercase())
                && after.is_some_and(|it| it.is_lowercase()));
        if starts && letter.is_uppercase() {
            out.push('_');
        }
        out.extend(letter.to_uppercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::screaming_snake;

    #[test]
    fn reasons_follow_the_name() {
        for (name, reason) in [
            ("NoDocument", "NO_DOCUMENT"),
            ("Busy", "BUSY"),
            ("HTTPFailure", "HTTP_FAILURE"),
            ("Http2Failure", "HTTP2_FAILURE"),
            ("r#Type", "TYPE"),
        ] {
            assert_eq!(screaming_snake(name), reason);
        }
    }
}

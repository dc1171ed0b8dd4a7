//! One way to fail: its checks and its match arm.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Fields, Ident, LitStr, Member};

use super::attribute::{Attribute, FieldPath, REASON, is_reason, misplaced, span};
use super::{code, message};
use crate::report::{Report, did_you_mean};

/// A variant of an enum, or a whole struct.
pub(super) struct Variant<'a> {
    pub(super) path: TokenStream,
    pub(super) ident: &'a Ident,
    /// The whole error.
    pub(super) ty: &'a TokenStream,
    pub(super) fields: &'a Fields,
    pub(super) attribute: Attribute,
    /// The domain that the enum states.
    pub(super) domain: Option<&'a LitStr>,
}

/// What the attribute and fields of an error add to its status.
#[derive(Default)]
struct Details {
    /// Which bind those fields, each once.
    patterns: Vec<TokenStream>,
    bound: Vec<String>,
    message: Option<TokenStream>,
    statements: Vec<TokenStream>,
}

impl Variant<'_> {
    /// The match arm that makes a status of it; `None` with a mistake.
    pub(super) fn arm(&self, report: &mut Report) -> Option<TokenStream> {
        let stray = self.stray(report);
        if self.attribute.broken || stray {
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
        let reason = self.reason(report);
        let details = self.details(report)?;
        let (code, reason, domain) = (code?, reason?, self.domain());
        let error = self.error();
        let displayed = || quote!((#error.text)(&error));
        let message = details.message.unwrap_or_else(displayed);
        let (path, patterns) = (&self.path, &details.patterns);
        let statements = &details.statements;
        Some(quote! {
            #path { #(#patterns)* .. } => {
                let mut status = ::agentgen::Status::new(::agentgen::Code::#code, #message);
                #(#statements)*
                status = status.with_reason(#reason, #domain);
                (#error.source_of)(error, status)
            }
        })
    }

    /// What is done with an error of this type, in words that the compiler repeats once
    /// where it is none.
    fn error(&self) -> TokenStream {
        let ty = &self.ty;
        quote!(::agentgen::status::error::<#ty>())
    }

    /// Reports attributes on fields, which say nothing there.
    fn stray(&self, report: &mut Report) -> bool {
        let mut found = false;
        for (field, member) in self.fields.iter().zip(self.fields.members()) {
            for attribute in field.attrs.iter().filter(|it| it.path().is_ident("agent")) {
                report.error_at(attribute, misplaced(attribute, &name(&member)));
                found = true;
            }
        }
        found
    }

    /// The status of the one field.
    fn transparent(&self, report: &mut Report) -> Option<TokenStream> {
        let mut fields = self.fields.iter().zip(self.fields.members());
        let (Some((field, member)), None) = (fields.next(), fields.next()) else {
            report.error(
                self.ident.span(),
                "`transparent` needs exactly one field, the status or an error that converts into one",
            );
            return None;
        };
        let path = &self.path;
        let inner = binding(&member);
        // Shown where the field is, if it converts into no status.
        let status = quote_spanned!(field.ty.span()=> ::core::convert::Into::into(#inner));
        Some(quote!(#path { #member: #inner } => #status,))
    }

    /// What the attribute and fields of the error add to the status; `None` with a mistake.
    fn details(&self, report: &mut Report) -> Option<Details> {
        let Attribute { retryable, retry_after, field, violations, .. } = &self.attribute;
        let mut details = Details::default();
        let mut right = self.message(&mut details, report);
        if let Some(retryable) = retryable {
            details.statements.push(quote!(status = status.with_retryable(#retryable);));
        }
        if let Some(member) = retry_after {
            let after = binding(member);
            right &= self.bind(member, &mut details, report);
            details.statements.push(quote_spanned! {span(member)=>
                status.details_mut().retry_after = ::agentgen::status::retry_after(*#after);
            });
        }
        match field {
            Some(FieldPath::Fixed(path)) => details.statements.push(violation(&quote!(#path))),
            Some(FieldPath::In(member)) => {
                let field = binding(member);
                right &= self.bind(member, &mut details, report);
                let path =
                    quote_spanned!(span(member)=> ::std::string::ToString::to_string(#field));
                details.statements.push(violation(&path));
            }
            None => {}
        }
        if let Some(member) = violations {
            let violations = binding(member);
            right &= self.bind(member, &mut details, report);
            details.statements.push(quote_spanned! {span(member)=>
                ::core::iter::Extend::extend(
                    &mut status.details_mut().violations,
                    ::agentgen::status::violations(::core::clone::Clone::clone(#violations)),
                );
            });
        }
        right.then_some(details)
    }

    /// What callers read, with the fields that it names; `false` with a mistake.
    fn message(&self, details: &mut Details, report: &mut Report) -> bool {
        let Some(literal) = &self.attribute.message else { return true };
        let message = match message::parse(literal) {
            Ok(message) => message,
            Err(error) => {
                report.push(error);
                return false;
            }
        };
        let all = message.members.iter();
        let right = all.map(|member| self.bind(member, details, report)).fold(true, |a, b| a & b);
        details.message = Some(message.tokens());
        right
    }

    /// Binds a field of the error to its name; `false` with a mistake.
    fn bind(&self, wanted: &Member, details: &mut Details, report: &mut Report) -> bool {
        if details.bound.contains(&name(wanted)) {
            return true;
        }
        if let Some(member) = self.fields.members().find(|member| name(member) == name(wanted)) {
            let to = binding(wanted);
            details.patterns.push(quote!(#member: ref #to,));
            details.bound.push(name(wanted));
            return true;
        }
        let names: Vec<_> = self.fields.members().map(|member| name(&member)).collect();
        let hint = did_you_mean(&name(wanted), names.iter().map(String::as_str));
        report
            .error(span(wanted), format!("`{}` has no field `{}`{hint}", self.ident, name(wanted)));
        false
    }

    /// For programs; `None` with a mistake.
    fn reason(&self, report: &mut Report) -> Option<String> {
        if let Some(reason) = &self.attribute.reason {
            return Some(reason.value());
        }
        let derived = screaming_snake(&self.ident.to_string());
        if is_reason(&derived) {
            return Some(derived);
        }
        let message = format!(
            "`{}` gives no reason, as `{derived}` is none: state it, `reason = \"…\"`; {REASON}",
            self.ident
        );
        report.error(self.ident.span(), message);
        None
    }

    fn domain(&self) -> TokenStream {
        let stated = self.attribute.domain.as_ref().or(self.domain);
        stated.map_or_else(|| quote!(::core::env!("CARGO_PKG_NAME")), LitStr::to_token_stream)
    }
}

/// Says that a field of the request is wrong, and how.
fn violation(path: &TokenStream) -> TokenStream {
    quote! {
        let description = ::std::string::ToString::to_string(status.message());
        status = status.with_violation(#path, description);
    }
}

/// The name that a field is bound to, apart from those of the arm itself.
pub(super) fn binding(member: &Member) -> Ident {
    match member {
        Member::Named(ident) => format_ident!("field_{}", ident, span = ident.span()),
        Member::Unnamed(index) => format_ident!("field_{}", index.index, span = index.span),
    }
}

fn name(member: &Member) -> String {
    match member {
        Member::Named(ident) => ident.unraw().to_string(),
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

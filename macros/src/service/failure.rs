//! The associated `Error` type: taken from the methods where the user does not
//! state it, so that an impl reads as if it had only methods.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::spanned::Spanned as _;
use syn::{ImplItem, ItemImpl, Type};

use super::signature::{Failure, result};
use crate::report::Report;

/// Adds `type Error` to an impl that has none.
pub(super) fn complete(item: &mut ItemImpl, report: &mut Report) {
    let stated =
        item.items.iter().any(|it| matches!(it, ImplItem::Type(it) if it.ident == "Error"));
    if stated {
        return;
    }
    let error = infer(item, report);
    item.items.insert(0, ImplItem::Verbatim(quote!(type Error = #error;)));
}

/// The error of all methods; a `Status` where none names one.
fn infer(item: &ItemImpl, report: &mut Report) -> TokenStream {
    let mut found: Option<TokenStream> = None;
    for method in item.items.iter().filter_map(|it| match it {
        ImplItem::Fn(method) => Some(method),
        _ => None,
    }) {
        let Some((_, failure)) = result(&method.sig) else { continue };
        let (error, span) = match failure {
            // Names the very type that is looked for.
            Failure::Named(error) if is_own(error) => continue,
            Failure::Named(error) => (error.to_token_stream(), error.span()),
            Failure::Default => (quote!(::agentgen::Status), method.sig.output.span()),
        };
        match &found {
            Some(first) if first.to_string() != error.to_string() => {
                report.error(span, format!(
                    "`{}` fails with `{}`, a method before it with `{}`: all rpcs of an agent share one error, stated as `type Error = …;`",
                    method.sig.ident,
                    text(&error),
                    text(first),
                ));
            }
            Some(_) => {}
            None => found = Some(error),
        }
    }
    found.unwrap_or_else(|| quote!(::agentgen::Status))
}

/// Whether a type starts at `Self`.
fn is_own(error: &Type) -> bool {
    let Type::Path(path) = error else { return false };
    path.path.segments.first().is_some_and(|segment| segment.ident == "Self")
}

/// Tokens as a person writes them.
fn text(tokens: &TokenStream) -> String {
    let text = tokens.to_string().replace(" :: ", "::").replace(":: ", "::");
    text.replace(" < ", "<").replace(" >", ">")
}

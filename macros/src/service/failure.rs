//! The associated `Error` type: taken from the methods where the user does not
//! state it, so that an impl reads as if it had only methods.

use std::collections::BTreeSet;

use quote::ToTokens as _;
use syn::{ImplItem, ItemImpl, Signature, Type, parse_quote};

use super::signature::{self, Failure};
use crate::report::Report;

/// Adds `type Error` to an impl that has none; returns the methods that fail
/// with something else.
pub(super) fn complete(item: &mut ItemImpl, report: &mut Report) -> BTreeSet<String> {
    let stated = |it: &ImplItem| matches!(it, ImplItem::Type(it) if it.ident == "Error");
    if item.items.iter().any(stated) {
        return BTreeSet::new();
    }
    let mut named = item.items.iter().filter_map(|it| match it {
        ImplItem::Fn(method) => Some((&method.sig, error(&method.sig)?)),
        _ => None,
    });
    let first = named.next();
    let mut differing = BTreeSet::new();
    // Without any, nothing but the trait's own bound is known of the error.
    let chosen = first.as_ref().map_or_else(|| parse_quote!(::agentgen::Status), |it| it.1.clone());
    for (method, error) in named.filter(|(_, error)| name(error) != name(&chosen)) {
        let message = format!(
            "`{}` fails with `{}`, a method before it with `{}`: all rpcs of an agent share one \
             error, stated as `type Error = …;`",
            method.ident,
            name(&error),
            name(&chosen),
        );
        report.error_at(&method.output, message);
        differing.insert(method.ident.to_string());
    }
    item.items.insert(0, parse_quote!(type Error = #chosen;));
    differing
}

/// What a method fails with; `None` where it does not say, or says `Self::Error`.
fn error(method: &Signature) -> Option<Type> {
    match signature::result(method)?.1 {
        Failure::Default => Some(parse_quote!(::agentgen::Status)),
        Failure::Named(Type::Path(it)) if it.path.segments.first()?.ident == "Self" => None,
        Failure::Named(error) => Some(error.clone()),
    }
}

/// The last name of a type: two paths may lead to one type.
fn name(error: &Type) -> String {
    let last = match error {
        Type::Path(it) => it.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    };
    last.unwrap_or_else(|| error.to_token_stream().to_string())
}

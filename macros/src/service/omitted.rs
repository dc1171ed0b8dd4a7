//! `unimplemented(rpc, …)`: rpcs that an agent deliberately does not have yet.

use std::collections::BTreeSet;

use agentgen_codegen::contract::{Method, Service};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Ident, ImplItem};

use super::compare::plain;
use super::stand_in::{self, Types};
use crate::report::{Report, did_you_mean};

/// Adds a method for each rpc that is named; returns the names of those rpcs.
pub(super) fn add(
    names: &[Ident],
    service: &Service,
    types: Types<'_>,
    items: &mut Vec<ImplItem>,
    report: &mut Report,
) -> BTreeSet<String> {
    let written: BTreeSet<_> = items.iter().filter_map(name_of).collect();
    let mut added = BTreeSet::new();
    for name in names {
        let text = name.to_string();
        let is_named = |it: &&Method| plain(&it.rust) == plain(&text) || it.name == text;
        let Some(rpc) = service.methods.iter().find(is_named) else {
            let rpcs = service.methods.iter().map(|it| plain(&it.rust));
            let hint = did_you_mean(&text, rpcs);
            report.error(name.span(), format!("{} has no rpc `{text}`{hint}", service.full_name));
            continue;
        };
        if written.contains(plain(&rpc.rust)) {
            let message =
                format!("rpc {} is implemented below: take it out of this list", rpc.name);
            report.error(name.span(), message);
        } else if added.insert(rpc.name.clone()) {
            items.push(stand_in::method(types, rpc, &body(rpc, name)));
        }
    }
    added
}

/// Answers with the status; the error has to take one in. Errors are shown at the
/// name, and lints know that nobody wrote this.
fn body(rpc: &Method, name: &Ident) -> TokenStream {
    let message = format!("{} is not implemented", rpc.full_name);
    let place = Span::call_site().located_at(name.span());
    quote_spanned! {place=>
        ::core::result::Result::Err(<Self::Error as ::core::convert::From<::agentgen::Status>>::from(
            ::agentgen::Status::unimplemented(#message),
        ))
    }
}

fn name_of(item: &ImplItem) -> Option<String> {
    match item {
        ImplItem::Fn(method) => Some(plain(&method.sig.ident.to_string()).to_owned()),
        _ => None,
    }
}

//! `unimplemented(rpc, …)`: rpcs that an agent deliberately does not have yet.

use std::collections::BTreeMap;

use agentgen_codegen::contract::{Method, Service};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, ImplItem};

use super::compare::plain;
use super::condition::When;
use super::stand_in::{self, Types};
use crate::report::{Report, did_you_mean};

/// Makes a method for each rpc that is named, for the cases in which the impl
/// has none; each with the name of its rpc.
pub(super) fn methods<'s>(
    names: &[Ident],
    service: &'s Service,
    types: &Types<'_>,
    written: &BTreeMap<String, When>,
    report: &mut Report,
) -> BTreeMap<&'s str, ImplItem> {
    let mut omitted = BTreeMap::new();
    for name in names {
        let text = name.to_string();
        let is_named = |it: &&Method| plain(&it.rust) == plain(&text) || it.name == text;
        let Some(rpc) = service.methods.iter().find(is_named) else {
            let rpcs = service.methods.iter().map(|it| plain(&it.rust));
            let hint = did_you_mean(&text, rpcs);
            report.error(name.span(), format!("{} has no rpc `{text}`{hint}", service.full_name));
            continue;
        };
        let when = written.get(plain(&rpc.rust)).cloned().unwrap_or_default();
        let Some(otherwise) = when.otherwise() else {
            let message =
                format!("rpc {} is implemented below: take it out of this list", rpc.name);
            report.error(name.span(), message);
            continue;
        };
        let method = stand_in::method(types, rpc, &otherwise.attribute(), &body(rpc, name));
        omitted.insert(rpc.name.as_str(), method);
    }
    omitted
}

/// Says which rpcs are left out, for what offers them to others.
pub(super) fn left_out(
    names: &BTreeMap<&str, ImplItem>,
    service: &Service,
    written: &BTreeMap<String, When>,
) -> Option<ImplItem> {
    let rpcs = service.methods.iter().enumerate();
    let left_out: Vec<_> = rpcs
        .filter(|(_, rpc)| names.contains_key(rpc.name.as_str()))
        .filter_map(|(index, rpc)| {
            let when = written.get(plain(&rpc.rust)).cloned().unwrap_or_default();
            let condition = when.otherwise()?.attribute();
            let index = Literal::usize_unsuffixed(index);
            Some(quote!(#condition #index))
        })
        .collect();
    let list = quote! {
        const LEFT_OUT: &'static [::core::primitive::usize] = &[#(#left_out),*];
    };
    (!left_out.is_empty()).then_some(ImplItem::Verbatim(list))
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

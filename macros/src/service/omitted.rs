//! `unimplemented(rpc, …)`: rpcs that an agent deliberately does not have yet.

use std::collections::BTreeMap;

use agentgen_codegen::contract::{Method, Service};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, ImplItem};

use super::check::Rpc;
use super::compare::{Comparison, plain, with_place};
use super::condition::When;
use super::stand_in;
use crate::report::{Report, hint, nearest};

/// What an attribute leaves out.
pub(super) struct Omitted<'s> {
    /// A method for each, for the cases in which the impl has none, by the name of its
    /// rpc.
    pub(super) methods: BTreeMap<&'s str, ImplItem>,
    /// The rpcs that are probably meant by names which are reported.
    pub(super) meant: Vec<&'s str>,
}

/// Makes the methods of the rpcs that are named.
pub(super) fn methods<'s>(
    comparison: &Comparison<'s>,
    written: &BTreeMap<String, When>,
    report: &mut Report,
) -> Omitted<'s> {
    let (source, service) = (comparison.source, comparison.service);
    let mut omitted = Omitted { methods: BTreeMap::new(), meant: Vec::new() };
    for name in comparison.unimplemented {
        let text = name.to_string();
        let is_named = |it: &&Method| plain(&it.rust) == plain(&text) || it.name == text;
        let Some(rpc) = service.methods.iter().find(is_named) else {
            let near = nearest(&text, service.methods.iter().map(|it| plain(&it.rust)));
            let meant = service.methods.iter().find(|it| Some(plain(&it.rust)) == near);
            let said = format!("{} has no rpc `{text}`{}", service.full_name, hint(near));
            let said = match meant {
                Some(rpc) => Rpc::new(source, rpc).with_place(&said),
                None => with_place(source, Some(service), &said),
            };
            report.error(name.span(), said);
            omitted.meant.extend(meant.map(|it| it.name.as_str()));
            continue;
        };
        let when = written.get(plain(&rpc.rust)).cloned().unwrap_or_default();
        let Some(otherwise) = when.otherwise() else {
            let said = format!("rpc {} is implemented below: take it out of this list", rpc.name);
            report.error(name.span(), Rpc::new(source, rpc).with_place(&said));
            continue;
        };
        let attribute = otherwise.attribute();
        let method = stand_in::method(&comparison.types, rpc, &attribute, &body(rpc, name));
        omitted.methods.insert(rpc.name.as_str(), method);
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
        ::core::result::Result::Err(::agentgen::status::from_status::<Self::Error>(
            ::agentgen::Status::unimplemented(#message),
        ))
    }
}

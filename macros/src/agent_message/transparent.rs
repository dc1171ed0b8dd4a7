//! `#[agent(transparent)]`: a newtype converts as its one field does.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput};

use crate::report::Report;

pub(super) fn implement(input: &DeriveInput, report: &mut Report) -> Option<TokenStream> {
    let fields = match &input.data {
        Data::Struct(data) => data.fields.iter().zip(data.fields.members()).collect(),
        Data::Enum(_) | Data::Union(_) => Vec::new(),
    };
    let [(field, member)] = &*fields else {
        let message = "`transparent` is for a struct of exactly one field";
        report.error(input.ident.span(), message);
        return None;
    };
    let (own, ty) = (&input.ident, &field.ty);
    Some(quote! {
        #[automatically_derived]
        impl<W> ::agentgen::convert::Convert<W> for #own
        where
            #ty: ::agentgen::convert::Convert<W>,
        {
            fn into_wire(self) -> W {
                ::agentgen::convert::Convert::into_wire(self.#member)
            }

            fn from_wire(
                wire: W,
            ) -> ::core::result::Result<Self, ::agentgen::convert::WireError> {
                let inner = ::agentgen::convert::Convert::from_wire(wire)?;
                ::core::result::Result::Ok(Self { #member: inner })
            }
        }
    })
}

//! `#[agent(transparent)]`: a newtype converts as its one field does.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput};

use super::attribute::none_on;
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
    if let Data::Struct(data) = &input.data {
        none_on(&data.fields, "the type converts as the field does", report)?;
    }
    let (own, ty) = (&input.ident, &field.ty);
    Some(quote! {
        #[automatically_derived]
        impl<W> ::agentgen::convert::Convert<W> for #own
        where
            #ty: ::agentgen::convert::Convert<W>,
        {
            const ENUM: ::core::option::Option<&'static ::core::primitive::str> =
                <#ty as ::agentgen::convert::Convert<W>>::ENUM;

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

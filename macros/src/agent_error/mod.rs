//! `#[derive(AgentError)]`: one `From<E> for Status`.

mod attribute;
mod code;
mod message;
mod variant;

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Data, DeriveInput};

use self::attribute::Attribute;
use self::variant::Variant;
use crate::report::Report;

/// The implementation; with mistakes, a stand-in for it and the mistakes.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(item) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut report = Report::default();
    let arms = arms(&input, &mut report);
    let body = if report.is_empty() {
        quote!(match error { #(#arms)* })
    } else {
        quote!(::core::unreachable!())
    };
    let errors = report.into_tokens();
    let name = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let error = if errors.is_empty() { format_ident!("error") } else { format_ident!("_error") };
    quote! {
        #errors

        #[automatically_derived]
        impl #generics ::core::convert::From<#name #arguments> for ::agentgen::Status #bounds {
            fn from(#error: #name #arguments) -> Self {
                #body
            }
        }
    }
}

/// One match arm for each way to fail.
fn arms(input: &DeriveInput, report: &mut Report) -> Vec<TokenStream> {
    let shared = Attribute::parse(&input.attrs, report);
    let name = &input.ident;
    let (_, arguments, _) = input.generics.split_for_impl();
    let ty = quote!(#name #arguments);
    let variants = match &input.data {
        Data::Enum(data) => {
            shared.allow_only_domain(report);
            let variants = data.variants.iter();
            variants
                .map(|variant| Variant {
                    path: {
                        let ident = &variant.ident;
                        quote!(#name::#ident)
                    },
                    ident: &variant.ident,
                    ty: &ty,
                    fields: &variant.fields,
                    attribute: Attribute::parse(&variant.attrs, report),
                    domain: shared.domain.as_ref(),
                })
                .collect()
        }
        Data::Struct(data) => vec![Variant {
            path: quote!(#name),
            ident: name,
            ty: &ty,
            fields: &data.fields,
            attribute: shared.clone(),
            domain: None,
        }],
        Data::Union(_) => {
            report.error(Span::call_site(), "AgentError is for structs and enums");
            Vec::new()
        }
    };
    variants.iter().filter_map(|variant| variant.arm(report)).collect()
}

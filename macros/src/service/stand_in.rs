//! Methods in place of missing and wrong ones, so that the compiler does not
//! report the same mistake again.

use agentgen_codegen::contract::{Contract, Method, TypeRef};
use agentgen_codegen::emit;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ImplItem;

use super::generate::{MODULE, ident};

/// A method of the right signature that is never called.
pub(super) fn method(contract: &Contract, method: &Method) -> ImplItem {
    let name = ident(&method.rust);
    let request = rust_type(contract, &method.input);
    let request =
        if method.shape.client_streams() { quote!(::agentgen::Inbound<#request>) } else { request };
    let reply = rust_type(contract, &method.output);
    let reply =
        if method.shape.server_streams() { quote!(::agentgen::Outbound<#reply>) } else { reply };
    ImplItem::Verbatim(quote! {
        async fn #name(
            &self,
            _: &::agentgen::Context,
            _: #request,
        ) -> ::core::result::Result<#reply, Self::Error> {
            ::core::unreachable!()
        }
    })
}

fn rust_type(contract: &Contract, reference: &TypeRef) -> TokenStream {
    let path = emit::rust_type(contract, reference);
    match reference {
        TypeRef::Message(_) => {
            let module = ident(MODULE);
            quote!(#module::#path)
        }
        TypeRef::WellKnown(_) => path,
    }
}

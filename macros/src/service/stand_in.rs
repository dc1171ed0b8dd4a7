//! Methods in place of those that an impl does not have: of missing and wrong
//! ones, so that the compiler does not report the same mistake again, and of
//! those that the attribute leaves out.

use agentgen_codegen::contract::{Contract, Method, TypeRef};
use agentgen_codegen::emit;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{ImplItem, Path};

use super::generate::{MODULE, ident};

/// How generated types are named.
#[derive(Clone, Copy)]
pub(super) enum Types<'a> {
    /// From the module that the macro generates here.
    Here(&'a Contract),
    /// As the trait of this package is named.
    BesideTrait(&'a Contract, &'a Path),
}

impl<'a> Types<'a> {
    pub(super) fn new(contract: &'a Contract, here: bool, path: &'a Path) -> Self {
        if here { Self::Here(contract) } else { Self::BesideTrait(contract, path) }
    }

    /// Whether the types of a method can surely be named.
    pub(super) fn are_known(self, method: &Method) -> bool {
        match self {
            Self::Here(_) => true,
            Self::BesideTrait(contract, path) => {
                let local = |reference: &TypeRef| match reference {
                    TypeRef::Message(id) => {
                        let package = &contract.packages[contract.message(*id).package];
                        method.full_name.starts_with(&format!("{}.", package.name))
                    }
                    TypeRef::WellKnown(_) => true,
                };
                path.segments.len() > 1 && local(&method.input) && local(&method.output)
            }
        }
    }

    fn name(self, reference: &TypeRef) -> TokenStream {
        match (self, reference) {
            (Self::Here(contract), TypeRef::Message(_)) => {
                let (module, path) = (ident(MODULE), emit::rust_type(contract, reference));
                quote!(#module::#path)
            }
            (Self::BesideTrait(contract, path), TypeRef::Message(id)) => {
                let mut path = path.clone();
                path.segments.pop();
                let own = contract.message(*id).rust_path.iter().map(|name| ident(name));
                path.segments.extend(own.map(syn::PathSegment::from));
                quote!(#path)
            }
            (Self::Here(contract) | Self::BesideTrait(contract, _), _) => {
                emit::rust_type(contract, reference)
            }
        }
    }
}

/// A method of the right signature.
pub(super) fn method(types: Types<'_>, method: &Method, body: &TokenStream) -> ImplItem {
    let name = ident(&method.rust);
    let (request, reply) = (types.name(&method.input), types.name(&method.output));
    let request =
        if method.shape.client_streams() { quote!(::agentgen::Inbound<#request>) } else { request };
    let reply =
        if method.shape.server_streams() { quote!(::agentgen::Outbound<#reply>) } else { reply };
    ImplItem::Verbatim(quote! {
        async fn #name(
            &self,
            _: &::agentgen::Context,
            _: #request,
        ) -> ::core::result::Result<#reply, Self::Error> {
            #body
        }
    })
}

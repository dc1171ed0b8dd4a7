//! Methods in place of those that an impl does not have: of missing and wrong
//! ones, so that the compiler does not report the same mistake again, and of
//! those that the attribute leaves out.

use agentgen_codegen::contract::{Contract, MessageId, Method, TypeRef};
use agentgen_codegen::emit;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, ImplItem, ItemImpl, Path};

use super::agent::methods;
use super::generate::ident;
use super::signature::{self, Message};

/// How generated types are named.
pub(super) struct Types<'a> {
    contract: &'a Contract,
    /// The module that the macro generates here, if it does.
    here: Option<&'a [Ident; 2]>,
    /// The trait, as the impl names it.
    path: Path,
    /// The types that the impl names.
    named: Vec<Path>,
}

impl<'a> Types<'a> {
    pub(super) fn new(
        contract: &'a Contract,
        here: Option<&'a [Ident; 2]>,
        path: &Path,
        agent: &ItemImpl,
    ) -> Self {
        let named = methods(agent).flat_map(|method| {
            let reply = signature::result(&method.sig).map(|(reply, _)| reply);
            signature::arguments(&method.sig).into_iter().chain(reply)
        });
        let named = named.filter_map(|ty| match signature::named(ty).message {
            Message::Path(path) => Some(path.clone()),
            _ => None,
        });
        Self { contract, here, path: path.clone(), named: named.collect() }
    }

    /// Whether the types of a method can be named.
    pub(super) fn are_known(&self, method: &Method) -> bool {
        let known = |reference: &TypeRef| match reference {
            TypeRef::WellKnown(_) => true,
            TypeRef::Message(id) => {
                let package = &self.contract.packages[self.contract.message(*id).package];
                self.here.is_some()
                    || method.full_name.starts_with(&format!("{}.", package.name))
                    || self.as_named(*id).is_some()
            }
        };
        known(&method.input) && known(&method.output)
    }

    fn name(&self, reference: &TypeRef) -> TokenStream {
        let TypeRef::Message(id) = reference else {
            return emit::rust_type(self.contract, reference);
        };
        if let Some([wrapper, module]) = self.here {
            let path = emit::rust_type(self.contract, reference);
            return quote!(#wrapper::#module::#path);
        }
        if let Some(path) = self.as_named(*id) {
            return quote!(#path);
        }
        // Beside the trait, which may have come into scope with its package.
        let mut path = self.path.clone();
        path.segments.pop();
        let own = self.contract.message(*id).rust_path.iter().map(|name| ident(name));
        path.segments.extend(own.map(syn::PathSegment::from));
        quote!(#path)
    }

    /// A message as the impl names it, where its name is that of no other.
    fn as_named(&self, id: MessageId) -> Option<&Path> {
        let last = |path: &[String]| path.last().cloned();
        let name = last(&self.contract.message(id).rust_path)?;
        let mut alike =
            self.contract.messages.iter().filter(|it| last(&it.rust_path).as_ref() == Some(&name));
        let is_it = |path: &&Path| path.segments.last().is_some_and(|last| last.ident == name);
        let alone = alike.next().is_some() && alike.next().is_none();
        self.named.iter().find(is_it).filter(|_| alone)
    }
}

/// A method of the right signature.
pub(super) fn method(
    types: &Types<'_>,
    method: &Method,
    attribute: &TokenStream,
    body: &TokenStream,
) -> ImplItem {
    let name = ident(&method.rust);
    let (request, reply) = (types.name(&method.input), types.name(&method.output));
    let request =
        if method.shape.client_streams() { quote!(::agentgen::Inbound<#request>) } else { request };
    let reply =
        if method.shape.server_streams() { quote!(::agentgen::Outbound<#reply>) } else { reply };
    ImplItem::Verbatim(quote! {
        #attribute
        async fn #name(
            &self,
            _: &::agentgen::Context,
            _: #request,
        ) -> ::core::result::Result<#reply, Self::Error> {
            #body
        }
    })
}

//! What stands in for the code of a contract that cannot be read: the names that the
//! rest of the crate uses, so that the compiler does not report each of them too.
//! Messages have no stand-ins, as their fields are not known.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, ItemImpl};

use super::compare::plain;
use super::generate::ident;

/// The trait with its server and client; nothing where the impl names the trait by a
/// longer path, through a module that is missing as well.
pub(super) fn code(agent: &ItemImpl) -> TokenStream {
    let Some(name) = agent.trait_.as_ref().and_then(|(_, path, _)| path.get_ident()) else {
        return TokenStream::new();
    };
    let name = ident(&name.to_string());
    let (generics, _, clause) = agent.generics.split_for_impl();
    let ty = &agent.self_ty;
    let (hidden, server, client) = (hidden(), server(&name), client(&name));
    quote! {
        #hidden
        pub trait #name {}
        impl #generics #name for #ty #clause {}
        #server
        #client
    }
}

/// The server, and the service behind it.
fn server(agent: &Ident) -> TokenStream {
    let [server, glue] = ["Server", "Service"].map(|end| beside(agent, end));
    let hidden = hidden();
    let bounds = quote!(::core::marker::Send + ::core::marker::Sync + 'static);
    quote! {
        #hidden
        pub type #server<T> = ::agentgen::Server<#glue<T>>;
        #hidden
        pub struct #glue<T>(::std::sync::Arc<T>);
        impl<T: #bounds> ::agentgen::service::Glue for #glue<T> {
            type Agent = T;

            fn new(agent: ::std::sync::Arc<T>) -> Self {
                Self(agent)
            }
        }
        impl<T: #bounds> ::agentgen::service::Service for #glue<T> {
            fn info(&self) -> &'static ::agentgen::service::ServiceInfo {
                ::core::unreachable!()
            }

            fn call<'a>(
                &'a self,
                _: ::core::primitive::usize,
                _: &'a ::agentgen::Context,
                _: ::agentgen::service::Call,
            ) -> ::agentgen::service::ReplyFuture<'a> {
                ::core::unreachable!()
            }
        }
    }
}

/// The client, of whatever channel.
fn client(agent: &Ident) -> TokenStream {
    let (client, hidden) = (beside(agent, "Client"), hidden());
    quote! {
        #hidden
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        pub struct #client(());
        #hidden
        impl #client {
            pub fn new<T>(_: T) -> Self {
                Self(())
            }
        }
        impl #agent for #client {}
    }
}

/// A name beside the trait's, as the contract makes them.
fn beside(agent: &Ident, end: &str) -> Ident {
    ident(&format!("{}{end}", plain(&agent.to_string())))
}

/// Keeps lints and documents from what nobody wrote.
fn hidden() -> TokenStream {
    quote! {
        #[doc(hidden)]
        #[allow(unused, missing_docs, unreachable_pub, reason = "it stands in for other code")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(agent: &str) -> String {
        let agent = syn::parse_str(agent).expect("it is an impl");
        let code = code(&agent);
        syn::parse2::<syn::File>(code.clone()).expect("it is made of items");
        code.to_string().replace(' ', "")
    }

    #[test]
    fn the_names_of_the_code_are_there() {
        let code = of("impl<T: Clone> GreeterAgent for Mine<T> where T: Send {}");
        assert!(code.contains("impl<T:Clone>GreeterAgentforMine<T>whereT:Send{}"), "{code}");
        for name in ["GreeterAgentServer<T>", "GreeterAgentService<T>", "structGreeterAgentClient"]
        {
            assert!(code.contains(name), "{name}: {code}");
        }
    }

    #[test]
    fn a_trait_in_a_module_has_none() {
        assert_eq!(of("impl contract::greeter::GreeterAgent for Mine {}"), "");
    }
}

//! `glue.rs`: an implementation of the trait as a service with erased types.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use crate::contract::{Method, Service};
use crate::emit::rust::docs;
use crate::emit::rust::module::{Module, ident};

/// Adds the glue.
pub(super) fn emit(service: &Service, module: &mut Module) {
    let (agent, glue) = (ident(&service.rust.agent), ident(&service.rust.glue));
    module.describe(format!("An implementation of [`{agent}`](super::{agent}) as a service."));
    module.import(quote! { use ::std::sync::Arc; });
    module.import(
        quote! { use ::agentgen::service::{Call, Glue, Reply, ReplyFuture, Service, ServiceInfo}; },
    );
    module.import(quote! { use ::agentgen::{Context, Status}; });
    let docs = docs::outer(&format!("A [`{agent}`](super::{agent}) with its types erased."));
    module.add(quote! {
        #docs
        pub struct #glue<T>(Arc<T>);

        impl<T: super::#agent> Glue for #glue<T> {
            type Agent = T;

            fn new(agent: Arc<T>) -> Self {
                Self(agent)
            }
        }
    });
    let body = body(service);
    module.add(quote! {
        impl<T: super::#agent> Service for #glue<T> {
            fn info(&self) -> &'static ServiceInfo {
                &super::INFO
            }

            fn left_out(&self) -> &'static [usize] {
                T::LEFT_OUT
            }

            fn call<'a>(&'a self, method: usize, cx: &'a Context, call: Call) -> ReplyFuture<'a> {
                #body
            }
        }
    });
}

fn body(service: &Service) -> TokenStream {
    let agent = ident(&service.rust.agent);
    let arms = service.methods.iter().enumerate().map(|(index, method)| arm(&agent, index, method));
    // Called by its path: an rpc may have the name of a method that every type has.
    let own = (!service.methods.is_empty()).then(|| quote! { let agent = self.0.as_ref(); });
    quote! {
        #own
        Box::pin(async move {
            match method {
                #(#arms)*
                _ => Err(Status::unimplemented("the service has no such rpc")),
            }
        })
    }
}

fn arm(agent: &Ident, index: usize, method: &Method) -> TokenStream {
    let index = Literal::usize_unsuffixed(index);
    let name = ident(&method.rust);
    let argument = if method.shape.client_streams() {
        quote! { call.stream() }
    } else {
        quote! { call.message()? }
    };
    let reply = if method.shape.server_streams() {
        quote! { stream }
    } else {
        quote! { unary }
    };
    quote! { #index => Reply::#reply(super::#agent::#name(agent, cx, #argument).await), }
}

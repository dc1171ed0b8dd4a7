//! `client.rs`: a remote service as an implementation of its trait.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::each;
use crate::contract::{Method, Service, Shape};
use crate::emit::rust::docs;
use crate::emit::rust::module::{Module, ident};
use crate::emit::rust::scope::Scope;
use crate::emit::{Emitter, Group, Job, Output};

pub(in crate::emit) const ROW: Emitter = Emitter {
    name: "client",
    group: Group::Rust,
    doc: "a client of each service, for every transport, that implements its trait",
    needs: &["service"],
    emit,
};

fn emit(job: &Job<'_>, output: &mut Output) {
    let queued = job.selection.has("queue");
    each(job, output, "client", |scope, service, module| client(scope, service, module, queued));
    for package in &job.contract.packages {
        for service in &package.services {
            let client = ident(&service.rust.client);
            let import = quote! { pub use client::#client; };
            output.module(super::path(package, service)).import(import);
        }
    }
}

fn client(scope: Scope<'_>, service: &Service, module: &mut Module, queued: bool) {
    let (agent, client) = (ident(&service.rust.agent), ident(&service.rust.client));
    module.describe(format!("Calls a remote [`{agent}`](super::{agent})."));
    for import in imports(service) {
        module.import(import);
    }
    let endpoints = if queued { endpoints(scope, service) } else { Vec::new() };
    if !endpoints.is_empty() {
        module.import(quote! { use ::agentgen::service::Endpoint; });
    }
    let docs = docs::outer(&format!(
        "Calls a remote [`{agent}`](super::{agent}) over the transport of its channel."
    ));
    let new_docs = docs::outer("A client that calls through `channel`.");
    module.add(quote! {
        #docs
        #[derive(Clone, Debug)]
        pub struct #client(Channel);

        impl #client {
            #(#endpoints)*

            #new_docs
            pub fn new(channel: Channel) -> Self {
                Self(channel)
            }
        }
    });
    let methods = service.methods.iter().enumerate();
    let methods = methods.map(|(index, method)| call(scope, index, method));
    module.add(quote! {
        impl super::#agent for #client {
            type Error = Status;

            #(#methods)*
        }
    });
}

/// The rpcs with a queue subject, as constants.
fn endpoints(scope: Scope<'_>, service: &Service) -> Vec<TokenStream> {
    let methods = service.methods.iter().enumerate();
    let methods = methods.filter(|(_, method)| method.queue.is_some());
    methods
        .map(|(index, method)| {
            let (index, name) = (Literal::usize_unsuffixed(index), ident(&method.constant()));
            let (input, output) = (scope.type_of(&method.input), scope.type_of(&method.output));
            let docs = format!("`{}`, by name: for work that is sent to its queue.", method.name);
            let docs = docs::outer(&docs);
            quote! {
                #docs
                pub const #name: Endpoint<#input, #output> = Endpoint::new(&INFO, #index);
            }
        })
        .collect()
}

fn imports(service: &Service) -> Vec<TokenStream> {
    let any = |test: fn(Shape) -> bool| service.methods.iter().any(|m| test(m.shape));
    let mut names = vec!["Status"];
    names.extend((!service.methods.is_empty()).then_some("Context"));
    names.extend(any(Shape::client_streams).then_some("Inbound"));
    names.extend(any(Shape::server_streams).then_some("Outbound"));
    names.sort_unstable();
    let info = (!service.methods.is_empty()).then(|| quote! { use super::INFO; });
    let names: Vec<_> = names.into_iter().map(ident).collect();
    let names = match names.as_slice() {
        [one] => quote! { use ::agentgen::#one; },
        all => quote! { use ::agentgen::{#(#all),*}; },
    };
    [quote! { use ::agentgen::client::Channel; }, names].into_iter().chain(info).collect()
}

fn call(scope: Scope<'_>, index: usize, method: &Method) -> TokenStream {
    let (index, name) = (Literal::usize_unsuffixed(index), ident(&method.rust));
    let (input, output) = (scope.type_of(&method.input), scope.type_of(&method.output));
    let (argument, kind) = if method.shape.client_streams() {
        (ident("requests"), quote! { Inbound<#input> })
    } else {
        (ident("request"), input)
    };
    let output = if method.shape.server_streams() {
        quote! { Outbound<#output> }
    } else {
        output
    };
    let door = ident(super::shape(method.shape));
    quote! {
        async fn #name(&self, cx: &Context, #argument: #kind) -> Result<#output, Status> {
            self.0.#door(&INFO, #index, cx, #argument).await
        }
    }
}

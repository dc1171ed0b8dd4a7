//! `info.rs`: the table of a service, from which every transport works.

use proc_macro2::TokenStream;
use quote::quote;

use crate::contract::{ErrorShape, Idempotency, Method, Service};
use crate::emit::Job;
use crate::emit::rust::docs;
use crate::emit::rust::module::{Module, ident};
use crate::emit::rust::scope::Scope;
use crate::emit::rust::transport;

/// The depth of `info.rs` below its package.
const DEPTH: usize = 2;

/// Adds the tables.
pub(super) fn emit(job: &Job<'_>, package: usize, service: &Service, module: &mut Module) {
    let scope = Scope::new(job.contract, package, DEPTH);
    module.describe(format!("The table of the service `{}`.", service.full_name));
    let timed = service.methods.iter().any(|method| method.timeout.is_some());
    if timed {
        module.import(quote! { use ::core::time::Duration; });
    }
    let promises = |method: &Method| method.idempotency != Idempotency::Unknown;
    let idempotency = service.methods.iter().any(promises).then(|| quote! { Idempotency, });
    module.import(quote! { use ::agentgen::service::{#idempotency Method, ServiceInfo}; });
    module.import(quote! { use ::agentgen::status::ErrorShape; });
    let docs = docs::outer("What transports know of the service.");
    let name = &service.full_name;
    let root = scope.root();
    module.import(quote! { use #root::descriptors; });
    let error_shape = ident(match service.error_shape {
        ErrorShape::Aip193 => "Aip193",
        ErrorShape::RpcStatus => "RpcStatus",
        ErrorShape::ProblemDetails => "ProblemDetails",
    });
    let tables = transport::TABLES.iter().map(|table| {
        let field = ident(table.field);
        let value = if job.selection.has(table.emitter) {
            let (module, table) = (ident(table.module), ident(table.name));
            quote! { super::#module::#table }
        } else {
            table.empty.parse().unwrap_or_default()
        };
        quote! { #field: #value, }
    });
    module.add(quote! {
        #docs
        pub static INFO: ServiceInfo = ServiceInfo {
            name: #name,
            methods: METHODS,
            error_shape: ErrorShape::#error_shape,
            #(#tables)*
            descriptors: descriptors::DESCRIPTOR_SET,
            digest: descriptors::DIGEST,
        };
    });
    let rows = service.methods.iter().map(|method| row(scope, method));
    module.add(quote! { static METHODS: &[Method] = &[#(#rows)*]; });
    scope.import_codec(module);
}

fn row(scope: Scope<'_>, method: &Method) -> TokenStream {
    let name = &method.name;
    let shape = ident(transport::shape(method.shape));
    let (input, output) = (scope.message_type(&method.input), scope.message_type(&method.output));
    let timeout = method.timeout.map(|timeout| {
        let timeout = transport::duration(timeout);
        quote! { timeout: Some(#timeout) }
    });
    let idempotency = match method.idempotency {
        Idempotency::Unknown => None,
        Idempotency::Idempotent => Some(quote! { Idempotent }),
        Idempotency::NoSideEffects => Some(quote! { NoSideEffects }),
    };
    let idempotency = idempotency.map(|level| quote! { idempotency: Idempotency::#level });
    let scopes = (!method.scopes.is_empty()).then(|| {
        let scopes = &method.scopes;
        quote! { scopes: &[#(#scopes),*] }
    });
    let validated = (!method.validated).then(|| quote! { validated: false });
    let common = quote! { Method::#shape(#name, #input, #output) };
    transport::row("Method", &common, [timeout, idempotency, scopes, validated])
}

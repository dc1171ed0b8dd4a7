//! One file a transport below the module of a service: a table, and the
//! client. Which tables exist is told once, in [`TABLES`].

mod asyncapi;
mod client;
mod documents;
mod grpc;
mod openapi;
mod queue;
mod rest;
mod sse;
mod tools;

use std::time::Duration;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::module::Module;
use super::scope::Scope;
use crate::contract::{Package, Service, Shape};
use crate::emit::{Job, Output};

pub(in crate::emit) use asyncapi::ROW as ASYNCAPI;
pub(in crate::emit) use client::ROW as CLIENT;
pub(in crate::emit) use grpc::ROW as GRPC;
pub(in crate::emit) use openapi::ROW as OPENAPI;
pub(in crate::emit) use queue::ROW as QUEUE;
pub(in crate::emit) use rest::ROW as REST;
pub(in crate::emit) use sse::ROW as SSE;
pub(in crate::emit) use tools::ROW as TOOLS;

/// A table that the table of a service refers to.
pub(super) struct Table {
    /// The field of the runtime's `ServiceInfo`.
    pub(super) field: &'static str,
    /// The emitter that makes it.
    pub(super) emitter: &'static str,
    /// The module below that of the service.
    pub(super) module: &'static str,
    /// The static in it.
    pub(super) name: &'static str,
    /// What stands for it where it is not emitted.
    pub(super) empty: &'static str,
}

/// Every table of a service, in the order of the fields.
pub(super) const TABLES: [Table; 7] = [
    Table { field: "grpc", emitter: "grpc", module: "grpc", name: "PATHS", empty: "&[]" },
    Table { field: "http", emitter: "rest", module: "rest", name: "ROUTES", empty: "&[]" },
    Table { field: "sse", emitter: "sse", module: "sse", name: "STREAMS", empty: "&[]" },
    Table { field: "queue", emitter: "queue", module: "queue", name: "SUBJECTS", empty: "&[]" },
    Table {
        field: "openapi",
        emitter: "openapi-embedded",
        module: "openapi",
        name: "DOCUMENT",
        empty: "\"\"",
    },
    Table {
        field: "asyncapi",
        emitter: "asyncapi-embedded",
        module: "asyncapi",
        name: "DOCUMENT",
        empty: "\"\"",
    },
    Table {
        field: "tools",
        emitter: "tools-embedded",
        module: "tools",
        name: "TOOLS",
        empty: "&[]",
    },
];

/// The depth of a transport's file below its package.
const DEPTH: usize = 2;

/// The path of the module of a service.
pub(super) fn path<'a>(
    package: &'a Package,
    service: &'a Service,
) -> impl Iterator<Item = &'a str> {
    package.modules.iter().map(String::as_str).chain([service.rust.module.as_str()])
}

/// Calls `emit` with the module `name` below that of every service.
fn each(
    job: &Job<'_>,
    output: &mut Output,
    name: &str,
    emit: impl Fn(Scope<'_>, &Service, &mut Module),
) {
    for (index, package) in job.contract.packages.iter().enumerate() {
        let scope = Scope::new(job.contract, index, DEPTH);
        for service in &package.services {
            let module = output.module(path(package, service).chain([name]));
            emit(scope, service, module);
            scope.import_codec(module);
        }
    }
}

/// What the runtime calls a shape, in its tables and in its clients.
pub(super) fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Unary => "unary",
        Shape::ServerStream => "server_stream",
        Shape::ClientStream => "client_stream",
        Shape::Bidi => "bidi",
    }
}

/// A row of a table: what every row says, and the fields that few rows set.
pub(super) fn row(
    name: &str,
    common: &TokenStream,
    fields: impl IntoIterator<Item = Option<TokenStream>>,
) -> TokenStream {
    let fields: Vec<TokenStream> = fields.into_iter().flatten().collect();
    if fields.is_empty() {
        return quote! { #common, };
    }
    let name = super::module::ident(name);
    quote! { #name { #(#fields,)* ..#common }, }
}

/// A `Duration`.
pub(super) fn duration(duration: Duration) -> TokenStream {
    let seconds = Literal::u64_unsuffixed(duration.as_secs());
    match duration.subsec_nanos() {
        0 => quote! { Duration::from_secs(#seconds) },
        nanos if nanos % 1_000_000 == 0 && duration.as_secs() < 1 << 32 => {
            let millis = duration.as_secs() * 1000 + u64::from(nanos / 1_000_000);
            let millis = Literal::u64_unsuffixed(millis);
            quote! { Duration::from_millis(#millis) }
        }
        nanos => {
            let nanos = Literal::u32_unsuffixed(nanos);
            quote! { Duration::new(#seconds, #nanos) }
        }
    }
}

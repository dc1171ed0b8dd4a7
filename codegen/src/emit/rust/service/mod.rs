//! The module of a service: its trait, the glue that erases it, its table.

mod agent;
mod glue;
mod info;

use quote::quote;

use super::docs;
use super::module::ident;
use crate::contract::Service;
use crate::emit::{Emitter, Group, Job, Output};

pub(in crate::emit) const ROW: Emitter = Emitter {
    name: "service",
    group: Group::Rust,
    doc: "the trait of each service, and what serves an implementation of it",
    needs: &["codec", "descriptors"],
    emit,
};

fn emit(job: &Job<'_>, output: &mut Output) {
    for (index, package) in job.contract.packages.iter().enumerate() {
        for service in &package.services {
            let path = || super::transport::path(package, service);
            let module = output.module(path()).public();
            module.describe(format!("The service `{}`.", service.full_name));
            agent::emit(job.contract, index, service, module);
            glue::emit(service, module.child("glue"));
            info::emit(job, index, service, module.child("info"));
            let module_name = ident(&service.rust.module);
            let names = exported(job, service).map(ident);
            output.module(&package.modules).import(quote! {
                pub use #module_name::{#(#names),*};
            });
        }
    }
}

/// What users of the package name, sorted as rustfmt sorts it.
fn exported<'a>(job: &Job<'_>, service: &'a Service) -> impl Iterator<Item = &'a str> + use<'a> {
    let names = &service.rust;
    let client = job.selection.has("client").then_some(names.client.as_str());
    let mut all: Vec<&str> =
        [names.agent.as_str(), &names.server, &names.glue].into_iter().chain(client).collect();
    all.sort_unstable();
    all.into_iter()
}

/// The docs of a service or an rpc.
fn described(comment: &str, fallback: &str, deprecated: bool) -> proc_macro2::TokenStream {
    docs::outer(&docs::text(comment, fallback, deprecated))
}

//! `grpc.rs`: the request paths of a service.

use quote::quote;

use super::each;
use crate::contract::Service;
use crate::emit::rust::module::Module;
use crate::emit::rust::scope::Scope;
use crate::emit::{Emitter, Group, Job, Output};

pub(in crate::emit) const ROW: Emitter = Emitter {
    name: "grpc",
    group: Group::Rust,
    doc: "the gRPC paths of each service",
    needs: &["service"],
    emit,
};

fn emit(job: &Job<'_>, output: &mut Output) {
    each(job, output, "grpc", table);
}

fn table(_: Scope<'_>, service: &Service, module: &mut Module) {
    module.describe(format!("`{}` over gRPC: the request path of each rpc.", service.full_name));
    let paths = service.methods.iter().map(|method| &method.grpc_path);
    module.add(quote! {
        pub(super) static PATHS: &[&str] = &[#(#paths),*];
    });
}

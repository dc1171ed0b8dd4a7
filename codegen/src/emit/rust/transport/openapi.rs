//! `openapi.rs`: the OpenAPI document of a service, to be served with it.

use proc_macro2::Literal;
use quote::quote;

use super::each;
use crate::contract::Service;
use crate::emit::openapi;
use crate::emit::rust::module::Module;
use crate::emit::rust::scope::Scope;
use crate::emit::{Emitter, Group, Job, Output};

pub(in crate::emit) const ROW: Emitter = Emitter {
    name: "openapi-embedded",
    group: Group::Rust,
    doc: "the OpenAPI document of each service, for serving at /openapi.json",
    needs: &["rest"],
    emit,
};

fn emit(job: &Job<'_>, output: &mut Output) {
    each(job, output, "openapi", document);
}

fn document(scope: Scope<'_>, service: &Service, module: &mut Module) {
    module.describe(format!("The OpenAPI document of `{}`.", service.full_name));
    let document = raw(&openapi::document(scope.contract, &[service]).to_string());
    module.add(quote! { pub(super) static DOCUMENT: &str = #document; });
}

/// The text as a raw string, without escapes. It is one line, as it is served;
/// the `openapi` emitter writes the document that people read.
fn raw(text: &str) -> Literal {
    let mut hashes = String::from("#");
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    let literal = format!("r{hashes}\"{text}\"{hashes}");
    literal.parse().unwrap_or_else(|_| Literal::string(text))
}

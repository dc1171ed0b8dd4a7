//! `openapi.rs` and `asyncapi.rs`: the documents of a service, to be served
//! with it. They hold what the emitters of documents write, of one service and
//! in one line.

use proc_macro2::Literal;
use quote::quote;
use serde_json::Value;

use super::each;
use crate::contract::Service;
use crate::emit::rust::module::Module;
use crate::emit::{Emitter, Group, Job, Output, asyncapi, openapi};

pub(in crate::emit) const OPENAPI: Emitter = Emitter {
    name: "openapi-embedded",
    group: Group::Rust,
    doc: "the OpenAPI document of each service, for serving at /openapi.json",
    needs: &["rest"],
    emit: |job: &Job<'_>, output: &mut Output| {
        let version = job.selection.openapi_versions().first().copied().unwrap_or_default();
        each(job, output, "openapi", |scope, service, module| {
            let document = openapi::document(scope.contract, &[service], version);
            add(module, "OpenAPI", service, Some(&document));
        });
    },
};

pub(in crate::emit) const ASYNCAPI: Emitter = Emitter {
    name: "asyncapi-embedded",
    group: Group::Rust,
    doc: "the AsyncAPI document of each service, for serving at /asyncapi.json",
    needs: &["rest", "queue"],
    emit: |job: &Job<'_>, output: &mut Output| {
        each(job, output, "asyncapi", |scope, service, module| {
            let document = asyncapi::document(scope.contract, &[service]);
            add(module, "AsyncAPI", service, document.as_ref());
        });
    },
};

/// Adds the static; a service about which there is no document has an empty one.
fn add(module: &mut Module, kind: &str, service: &Service, document: Option<&Value>) {
    module.describe(format!("The {kind} document of `{}`.", service.full_name));
    let document = raw(&document.map(Value::to_string).unwrap_or_default());
    module.add(quote! { pub(super) static DOCUMENT: &str = #document; });
}

/// The text as a raw string, without escapes. It is one line, as it is served;
/// the emitters of documents write what people read.
pub(super) fn raw(text: &str) -> Literal {
    let mut hashes = String::from("#");
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    let literal = format!("r{hashes}\"{text}\"{hashes}");
    literal.parse().unwrap_or_else(|_| Literal::string(text))
}

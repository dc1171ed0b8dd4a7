//! `asyncapi.rs`: the AsyncAPI document of a service, to be served with it.

use super::documents::add;
use super::each;
use crate::emit::{Emitter, Group, Job, Output, asyncapi};

pub(in crate::emit) const ROW: Emitter = Emitter {
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

//! `openapi.rs`: the OpenAPI document of a service, to be served with it.

use super::documents::add;
use super::each;
use crate::emit::{Emitter, Group, Job, Output, openapi};

pub(in crate::emit) const ROW: Emitter = Emitter {
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

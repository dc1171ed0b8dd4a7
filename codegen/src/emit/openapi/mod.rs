//! The OpenAPI 3.1 document: what the HTTP bindings of the contract offer, from
//! the same [`HttpBinding`](crate::contract::HttpBinding)s that the router is
//! made from.

mod body;
mod error;
mod operation;
mod parameter;
mod path;
mod paths;

use serde_json::{Value, json};

use super::document::{pretty, title, version};
use super::schema::{Describe as _, Object, Schemas};
use super::{Emitter, Group, Job, Output};
use crate::contract::{Contract, Service};

/// The registry row.
pub(super) const OPENAPI: Emitter = Emitter {
    name: "openapi",
    group: Group::Documents,
    doc: "an OpenAPI 3.1 document: openapi.json",
    needs: &[],
    emit: |job: &Job<'_>, output: &mut Output| {
        let services: Vec<_> = job.contract.services().collect();
        if !services.is_empty() {
            output.document("openapi.json", pretty(&document(job.contract, &services)));
        }
    },
};

/// The name of the security scheme of rpcs that need scopes.
const SECURITY_SCHEME: &str = "bearer";

/// The document that describes these services, in this order.
pub(super) fn document(contract: &Contract, services: &[&Service]) -> Value {
    let mut schemas = Schemas::new(contract, "#/components/schemas/");
    let paths = paths::paths(contract, &mut schemas, services);
    let mut document = Object::new();
    document.insert("openapi".into(), json!("3.1.0"));
    document.insert("info".into(), info(contract, services));
    document.insert("servers".into(), json!([{ "url": "/" }]));
    document.insert("security".into(), json!([]));
    document.insert("tags".into(), services.iter().map(|s| tag(services, s)).collect());
    document.insert("paths".into(), Value::Object(paths));
    document.insert("components".into(), Value::Object(components(schemas, services)));
    Value::Object(document)
}

fn info(contract: &Contract, services: &[&Service]) -> Value {
    let mut info = Object::new();
    info.insert("title".into(), json!(title(contract, services)));
    if let [service] = services {
        info.describe(&service.docs);
    }
    info.insert("version".into(), json!(version(contract, services)));
    Value::Object(info)
}

fn tag(services: &[&Service], service: &Service) -> Value {
    let mut tag = Object::new();
    tag.insert("name".into(), json!(tag_name(services, service)));
    tag.describe(&service.docs);
    Value::Object(tag)
}

/// The name of the service, with its package where another one has it too.
fn tag_name<'a>(services: &[&Service], service: &'a Service) -> &'a str {
    let same = services.iter().filter(|other| other.name == service.name).count();
    if same > 1 { &service.full_name } else { &service.name }
}

fn components(schemas: Schemas<'_>, services: &[&Service]) -> Object {
    let mut definitions = schemas.into_definitions();
    definitions.insert(error::SCHEMA.into(), error::schema());
    let mut components = Object::new();
    components.insert("schemas".into(), Value::Object(definitions));
    components.insert("responses".into(), json!({ error::RESPONSE: error::response() }));
    let scoped = services.iter().flat_map(|s| &s.methods).any(|method| !method.scopes.is_empty());
    if scoped {
        let scheme = json!({ SECURITY_SCHEME: { "type": "http", "scheme": "bearer" } });
        components.insert("securitySchemes".into(), scheme);
    }
    components
}

//! The OpenAPI document: what the HTTP bindings of the contract offer, from
//! the same [`HttpBinding`](crate::contract::HttpBinding)s that the router is
//! made from.

mod body;
mod error;
mod example;
mod header;
mod operation;
mod parameter;
mod path;
mod paths;
mod version;

pub use version::{OpenApiVersion, UnknownVersion};

use serde_json::{Value, json};

use super::document::{pretty, title, version as contract_version};
use super::schema::{Describe as _, Dialect, Object, Schemas};
use super::{Emitter, Group, Job, Output};
use crate::contract::{Contract, Package, Service};
use operation::Writer;

/// The registry row.
pub(super) const OPENAPI: Emitter = Emitter {
    name: "openapi",
    group: Group::Documents,
    doc: "an OpenAPI document per version: openapi.json, openapi-3.0.json",
    needs: &[],
    emit,
};

fn emit(job: &Job<'_>, output: &mut Output) {
    let services: Vec<_> = job.contract.services().collect();
    if services.is_empty() {
        return;
    }
    for (index, version) in job.selection.openapi_versions().iter().enumerate() {
        let name = match index {
            0 => "openapi.json".to_owned(),
            _ => format!("openapi-{version}.json"),
        };
        output.document(name, pretty(&document(job.contract, &services, *version)));
    }
}

/// The name of the security scheme of rpcs that need scopes.
const SECURITY_SCHEME: &str = "bearer";

/// The document that describes these services, in this order.
pub(super) fn document(
    contract: &Contract,
    services: &[&Service],
    version: OpenApiVersion,
) -> Value {
    let schemas = Schemas::new(contract, "#/components/schemas/", Dialect::Typed);
    let mut writer = Writer { contract, schemas, services };
    let paths = paths::paths(&mut writer);
    let mut document = Object::new();
    document.insert("openapi".into(), json!(""));
    document.insert("info".into(), info(contract, services));
    document.insert("servers".into(), json!([{ "url": "/" }]));
    document.insert("security".into(), json!([]));
    document.insert("tags".into(), services.iter().map(|s| tag(services, s)).collect());
    document.insert("paths".into(), Value::Object(paths));
    document.insert("components".into(), Value::Object(components(writer.schemas, services)));
    let mut document = Value::Object(document);
    version.apply(&mut document);
    document
}

/// A service that is alone speaks for the document, else its package.
fn info(contract: &Contract, services: &[&Service]) -> Value {
    let mut info = Object::new();
    info.insert("title".into(), json!(title(contract, services)));
    let own = match services {
        [service] => Some(service.docs.as_str()),
        _ => None,
    };
    let names = |service: &&Service, package: &Package| {
        package.services.iter().any(|other| other.full_name == service.full_name)
    };
    let packages = contract
        .packages
        .iter()
        .filter(|package| services.iter().any(|service| names(service, package)))
        .map(|package| package.docs.as_str());
    let docs = own.into_iter().chain(packages).find(|docs| !docs.is_empty());
    info.describe(docs.unwrap_or_default());
    info.insert("version".into(), json!(contract_version(contract, services)));
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
    definitions.extend(error::schemas(services));
    let mut components = Object::new();
    components.insert("schemas".into(), Value::Object(definitions));
    components.insert("responses".into(), Value::Object(error::responses(services)));
    components.insert("headers".into(), header::components());
    let scoped = services.iter().flat_map(|s| &s.methods).any(|method| !method.scopes.is_empty());
    if scoped {
        let scheme = json!({ SECURITY_SCHEME: { "type": "http", "scheme": "bearer" } });
        components.insert("securitySchemes".into(), scheme);
    }
    components
}

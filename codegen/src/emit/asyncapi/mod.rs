//! The AsyncAPI 3 document: the queue subjects that agents of the contract
//! listen on, what they answer, and where they put what they cannot handle.
//! It is written from the agent's side: what it receives and what it sends.

mod binding;
mod channel;
mod envelope;
mod message;
mod operation;

use serde_json::{Value, json};

use super::document::{pretty, title, version};
use super::schema::{Describe as _, Dialect, Object, Schemas};
use super::{Emitter, Group, Job, Output};
use crate::contract::{Contract, Method, QueueBinding, Service};
use message::Messages;

pub use binding::{AsyncApiBinding, UnknownBinding};

/// The member that says how the document becomes one of a single broker.
const RULES: &str = "x-brokers";

/// The registry row.
pub(super) const ASYNCAPI: Emitter = Emitter {
    name: "asyncapi",
    group: Group::Documents,
    doc: "AsyncAPI 3 documents: asyncapi.json, asyncapi-nats.json",
    needs: &[],
    emit: |job: &Job<'_>, output: &mut Output| {
        let services: Vec<_> = job.contract.services().collect();
        let Some(document) = document(job.contract, &services) else { return };
        output.document("asyncapi.json", pretty(&document));
        for binding in job.selection.asyncapi_bindings() {
            let path = format!("asyncapi-{}.json", binding.name());
            output.document(&path, pretty(&binding.apply(document.clone())));
        }
    },
};

/// An rpc with its queue subject.
#[derive(Clone, Copy)]
struct Work<'a> {
    service: &'a Service,
    method: &'a Method,
    queue: &'a QueueBinding,
}

impl Work<'_> {
    /// The name of its channel and operation, unique in the contract.
    fn id(&self) -> &str {
        self.method.http.first().map_or(&self.method.full_name, |binding| &binding.operation_id)
    }
}

fn work<'a>(services: &[&'a Service]) -> Vec<Work<'a>> {
    let methods = services
        .iter()
        .flat_map(|service| service.methods.iter().map(move |method| (*service, method)));
    methods
        .filter_map(|(service, method)| {
            Some(Work { service, method, queue: method.queue.as_ref()? })
        })
        .collect()
}

/// The document of everything in these services that has a queue subject;
/// `None` where nothing has.
pub(super) fn document(contract: &Contract, services: &[&Service]) -> Option<Value> {
    let work = work(services);
    if work.is_empty() {
        return None;
    }
    let mut messages = Messages::new(contract);
    let (mut channels, mut operations) = (Object::new(), Object::new());
    for work in &work {
        channel::add(&mut channels, &mut messages, contract, work);
        operation::add(&mut operations, work);
    }
    let mut document = Object::new();
    document.insert("asyncapi".into(), json!("3.1.0"));
    document.insert("info".into(), info(contract, services));
    document.insert("defaultContentType".into(), json!("application/json"));
    document.insert("channels".into(), Value::Object(channels));
    document.insert("operations".into(), Value::Object(operations));
    document.insert("components".into(), messages.into_components());
    document.insert(RULES.into(), binding::rules());
    Some(Value::Object(document))
}

fn info(contract: &Contract, services: &[&Service]) -> Value {
    let mut info = Object::new();
    info.insert("title".into(), json!(title(contract, services)));
    info.insert("version".into(), json!(version(contract, services)));
    if let [service] = services {
        info.describe(&service.docs);
    }
    let tags = services.iter().map(|service| {
        let mut tag = Object::new();
        tag.insert("name".into(), json!(service.full_name));
        tag.describe(&service.docs);
        Value::Object(tag)
    });
    info.insert("tags".into(), tags.collect());
    Value::Object(info)
}

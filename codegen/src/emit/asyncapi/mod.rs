//! The AsyncAPI 3 document: the queue subjects that agents of the contract
//! listen on, what they answer, and where they put what they cannot handle.
//! It is written from the agent's side: what it receives and what it sends.

mod channel;
mod envelope;
mod message;
mod operation;

use serde_json::{Value, json};

use super::document::{pretty, title, version};
use super::schema::{Describe as _, Object, Schemas};
use super::{Emitter, Group, Job, Output};
use crate::contract::{Contract, Method, QueueBinding, Service};
use message::Messages;

/// The registry row.
pub(super) const ASYNCAPI: Emitter = Emitter {
    name: "asyncapi",
    group: Group::Documents,
    doc: "an AsyncAPI 3 document: asyncapi.json",
    needs: &[],
    emit: |job: &Job<'_>, output: &mut Output| {
        if !work(job.contract).is_empty() {
            output.document("asyncapi.json", pretty(&document(job.contract)));
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

fn work(contract: &Contract) -> Vec<Work<'_>> {
    let methods = contract
        .services()
        .flat_map(|service| service.methods.iter().map(move |method| (service, method)));
    methods
        .filter_map(|(service, method)| {
            Some(Work { service, method, queue: method.queue.as_ref()? })
        })
        .collect()
}

/// The document of everything in the contract that has a queue subject.
fn document(contract: &Contract) -> Value {
    let work = work(contract);
    let mut messages = Messages::new(contract);
    let (mut channels, mut operations) = (Object::new(), Object::new());
    for work in &work {
        channel::add(&mut channels, &mut messages, contract, work);
        operation::add(&mut operations, work);
    }
    let mut document = Object::new();
    document.insert("asyncapi".into(), json!("3.0.0"));
    document.insert("info".into(), info(contract));
    document.insert("defaultContentType".into(), json!("application/json"));
    document.insert("channels".into(), Value::Object(channels));
    document.insert("operations".into(), Value::Object(operations));
    document.insert("components".into(), messages.into_components());
    Value::Object(document)
}

fn info(contract: &Contract) -> Value {
    let services: Vec<_> = contract.services().collect();
    let mut info = Object::new();
    info.insert("title".into(), json!(title(contract, &services)));
    info.insert("version".into(), json!(version(contract, &services)));
    if let [service] = services.as_slice() {
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

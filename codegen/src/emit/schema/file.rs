//! The emitter `json-schema`: one file per message, which stands alone.

use serde_json::{Value, json};

use super::{Dialect, Object, Schemas};
use crate::contract::{Contract, MessageId};
use crate::emit::document::pretty;
use crate::emit::{Emitter, Group, Job, Output};

/// The registry row.
pub(in crate::emit) const JSON_SCHEMA: Emitter = Emitter {
    name: "json-schema",
    group: Group::Documents,
    doc: "a JSON Schema per message: schemas/{full.name}.json",
    needs: &[],
    emit,
};

fn emit(job: &Job<'_>, output: &mut Output) {
    let contract = job.contract;
    for (index, message) in contract.messages.iter().enumerate() {
        if !message.map_entry {
            let schema = document(contract, MessageId(index));
            output.document(format!("schemas/{}.json", message.full_name), pretty(&schema));
        }
    }
}

/// The schema of a message with everything it refers to.
fn document(contract: &Contract, id: MessageId) -> Value {
    let mut schemas = Schemas::new(contract, "#/$defs/", Dialect::Exact);
    let root = schemas.without(id, &[]);
    let definitions = schemas.into_definitions();
    let mut document = Object::new();
    document.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    document.insert("$id".into(), json!(format!("{}.json", contract.message(id).full_name)));
    if let Value::Object(root) = root {
        document.extend(root);
    }
    if !definitions.is_empty() {
        document.insert("$defs".into(), Value::Object(definitions));
    }
    Value::Object(document)
}

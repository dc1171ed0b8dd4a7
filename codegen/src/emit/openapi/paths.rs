//! The paths of a document. Bindings of one path share an entry, whatever
//! they call its parameters: to OpenAPI these paths are one.

use serde_json::{Value, json};

use super::operation::{Bound, operation};
use super::path::OpenApiPath;
use crate::contract::{Contract, Service};
use crate::emit::schema::{Object, Schemas};

/// The methods that a path item can hold.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
/// The methods that stand for "any method".
const ANY: [&str; 5] = ["get", "put", "post", "delete", "patch"];
/// Where operations of other methods stand.
const OTHER_METHODS: &str = "x-additionalOperations";
/// Where operations stand that OpenAPI cannot tell from another one.
const SHADOWED: &str = "x-shadowed";

/// The paths object, in the order of the bindings.
pub(super) fn paths(
    contract: &Contract,
    schemas: &mut Schemas<'_>,
    services: &[&Service],
) -> Object {
    let mut entries: Vec<Entry> = Vec::new();
    for bound in bindings(services) {
        let own = OpenApiPath::new(bound.binding);
        let known = entries.iter().position(|entry| entry.path.shape == own.shape);
        let names = known.and_then(|index| entries.get(index)).map_or(&own, |entry| &entry.path);
        let object = operation(contract, schemas, services, bound, &own, names);
        if let Some(entry) = known.and_then(|index| entries.get_mut(index)) {
            entry.add(bound, object);
        } else {
            let mut entry = Entry { path: own, item: Object::new() };
            entry.add(bound, object);
            entries.push(entry);
        }
    }
    entries.into_iter().map(|entry| (entry.path.text, Value::Object(entry.item))).collect()
}

fn bindings<'a>(services: &[&'a Service]) -> impl Iterator<Item = Bound<'a>> {
    services.iter().flat_map(|service| {
        service.methods.iter().flat_map(move |method| {
            method.http.iter().map(move |binding| Bound { service, method, binding })
        })
    })
}

struct Entry {
    path: OpenApiPath,
    item: Object,
}

impl Entry {
    fn add(&mut self, bound: Bound<'_>, operation: Object) {
        let verb = bound.binding.verb.to_ascii_lowercase();
        if verb == "*" {
            for method in ANY {
                let mut operation = operation.clone();
                let id = format!("{}_{method}", bound.binding.operation_id);
                operation.insert("operationId".into(), json!(id));
                self.insert(method, bound, operation);
            }
        } else if METHODS.contains(&verb.as_str()) {
            self.insert(&verb, bound, operation);
        } else {
            let others = self.extension(OTHER_METHODS, json!({}));
            if let Some(others) = others.as_object_mut() {
                others.insert(bound.binding.verb.clone(), Value::Object(operation));
            }
        }
    }

    /// Keeps the first operation of a method and notes the others.
    fn insert(&mut self, method: &str, bound: Bound<'_>, operation: Object) {
        if !self.item.contains_key(method) {
            self.item.insert(method.to_owned(), Value::Object(operation));
            return;
        }
        let note = json!({
            "operationId": operation.get("operationId"),
            "method": bound.binding.verb,
            "template": bound.binding.template.text
        });
        if let Some(shadowed) = self.extension(SHADOWED, json!([])).as_array_mut() {
            shadowed.push(note);
        }
    }

    fn extension(&mut self, name: &str, empty: Value) -> &mut Value {
        self.item.entry(name).or_insert(empty)
    }
}

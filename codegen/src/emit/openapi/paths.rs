//! The paths of a document. Bindings of one path share an entry, whatever
//! they call its parameters: to OpenAPI these paths are one.

use serde_json::{Value, json};

use super::operation::{Bound, Writer, operation};
use super::path::OpenApiPath;
use crate::contract::{HttpBinding, HttpBody, Service, Shape};
use crate::emit::schema::Object;

/// The methods that a path item can hold.
const METHODS: [&str; 9] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];
/// The methods that stand for "any method".
const ANY: [&str; 5] = ["get", "put", "post", "delete", "patch"];
/// Where operations of other methods stand.
const OTHER_METHODS: &str = "additionalOperations";
/// What marks the operations of a binding of any method: where a server unites
/// documents, the operation of one method goes before them.
const ANY_METHOD: &str = "x-any-method";
/// Where operations stand that OpenAPI cannot tell from another one.
const SHADOWED: &str = "x-shadowed";

/// The paths object, in the order of the bindings. A binding of one method goes
/// before those of any, as it does in the router.
pub(super) fn paths(writer: &mut Writer<'_, '_>) -> Object {
    let declared: Vec<_> = bindings(writer.services).collect();
    let twins: Vec<_> = declared.iter().map(|bound| event_source(*bound)).collect();
    let bindings = declared.iter().zip(&twins).flat_map(|(bound, twin)| {
        let twin = twin.as_ref().map(|binding| Bound { binding, ..*bound });
        std::iter::once(*bound).chain(twin)
    });
    let mut entries: Vec<Entry> = Vec::new();
    let mut any = Vec::new();
    for bound in bindings {
        let own = OpenApiPath::new(bound.binding);
        let at = entry(&mut entries, &own);
        if bound.binding.verb == "*" {
            any.push((at, bound, own));
        } else {
            entries[at].write(writer, bound, &own);
        }
    }
    for (at, bound, own) in any {
        entries[at].write(writer, bound, &own);
    }
    entries.into_iter().map(|entry| (entry.path.text, Value::Object(entry.item))).collect()
}

/// The entry that a path shares with others of its shape, or a new one.
fn entry(entries: &mut Vec<Entry>, own: &OpenApiPath) -> usize {
    let known = entries.iter().position(|entry| entry.path.shape == own.shape);
    known.unwrap_or_else(|| {
        entries.push(Entry { path: own.clone(), item: Object::new() });
        entries.len() - 1
    })
}

fn bindings<'a>(services: &[&'a Service]) -> impl Iterator<Item = Bound<'a>> {
    services.iter().flat_map(|service| {
        service.methods.iter().flat_map(move |method| {
            method.http.iter().map(move |binding| Bound { service, method, binding })
        })
    })
}

/// The `GET` that the router adds to the default binding of a server stream,
/// for browsers' `EventSource`.
fn event_source(bound: Bound<'_>) -> Option<HttpBinding> {
    let Bound { method, binding, .. } = bound;
    let added = method.http.len() == 1 && !binding.explicit && method.shape == Shape::ServerStream;
    added.then(|| HttpBinding {
        operation_id: format!("{}_events", binding.operation_id),
        verb: "GET".to_owned(),
        body: HttpBody::None,
        ..binding.clone()
    })
}

/// Whether a binding is one that the router adds for `EventSource`: the
/// default binding itself is a `POST`.
pub(super) fn is_event_source(binding: &HttpBinding) -> bool {
    !binding.explicit && binding.verb == "GET"
}

struct Entry {
    path: OpenApiPath,
    item: Object,
}

impl Entry {
    fn write(&mut self, writer: &mut Writer<'_, '_>, bound: Bound<'_>, own: &OpenApiPath) {
        let operation = operation(writer, bound, own, &self.path);
        self.add(bound, operation);
    }

    fn add(&mut self, bound: Bound<'_>, operation: Object) {
        let verb = bound.binding.verb.to_ascii_lowercase();
        if verb == "*" {
            for method in ANY {
                let mut operation = operation.clone();
                let id = format!("{}_{method}", bound.binding.operation_id);
                operation.insert("operationId".into(), json!(id));
                operation.insert(ANY_METHOD.into(), json!(true));
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

//! Arguments beside their message: properties that it does not have, and those
//! that have to be there.

use serde_json::{Map, Value};

use super::required::Required;
use crate::codec::{Cardinality, Field, Kind, MessageType, WireError};

/// What is found on the way through arguments.
pub(super) struct Walk<'r> {
    required: &'r Required,
    faults: Vec<WireError>,
}

impl<'r> Walk<'r> {
    /// The faults of arguments. What is unknown is taken out of them, and every
    /// property goes by its JSON name then, as in paths.
    pub(super) fn of(
        request: &'static MessageType,
        required: &'r Required,
        arguments: &mut Value,
    ) -> Vec<WireError> {
        let mut walk = Self { required, faults: Vec::new() };
        if let Value::Object(properties) = arguments
            && !is_well_known(request)
        {
            walk.message(request, &required.root, properties, "");
        }
        walk.faults
    }

    fn message(
        &mut self,
        message: &'static MessageType,
        required: &[String],
        properties: &mut Map<String, Value>,
        path: &str,
    ) {
        for (name, value) in std::mem::take(properties) {
            if let Some(field) = message.field(&name) {
                properties.insert(field.json.to_owned(), value);
            } else {
                let text = unknown(message, &name);
                self.faults.push(WireError::new(joined(path, &name), text));
            }
        }
        for name in required {
            if properties.get(name).is_none_or(Value::is_null) {
                self.faults.push(WireError::new(joined(path, name), "must be set"));
            }
        }
        for (name, value) in properties {
            if let Some(field) = message.field(name) {
                self.field(field, value, &joined(path, name));
            }
        }
    }

    fn field(&mut self, field: &'static Field, value: &mut Value, path: &str) {
        let (Kind::Message(message) | Kind::Group(message)) = field.kind else { return };
        match (field.cardinality, value) {
            (Cardinality::Repeated, Value::Array(values)) => {
                for (index, value) in values.iter_mut().enumerate() {
                    self.value(message, value, &format!("{path}[{index}]"));
                }
            }
            (Cardinality::Map(_), Value::Object(values)) => {
                for (key, value) in values {
                    self.value(message, value, &format!("{path}[{key:?}]"));
                }
            }
            (Cardinality::Repeated | Cardinality::Map(_), _) => {}
            (_, value) => self.value(message, value, path),
        }
    }

    fn value(&mut self, message: &'static MessageType, value: &mut Value, path: &str) {
        if let Value::Object(properties) = value
            && !is_well_known(message)
        {
            self.message(message, self.required.of_message(message.name), properties, path);
        }
    }
}

/// Whether a message has a form of its own in JSON.
fn is_well_known(message: &MessageType) -> bool {
    message.name.starts_with("google.protobuf.")
}

/// Says which properties there are.
fn unknown(message: &MessageType, name: &str) -> String {
    let known: Vec<_> = message.fields.iter().map(|field| format!("`{}`", field.json)).collect();
    match known.as_slice() {
        [] => format!("unknown field {name:?}; there are none"),
        known => format!("unknown field {name:?}; there are {}", known.join(", ")),
    }
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

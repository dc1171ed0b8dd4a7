//! The AsyncAPI document in the terms of the broker in use. The document that is
//! generated says what every broker calls things; its member `x-brokers` says how
//! to leave the others out.
//!
//! `agentgen gen --asyncapi-binding` does the same beforehand; a test holds the
//! two together.

use serde_json::{Map, Value, json};

use crate::service::InUse;

const RULES: &str = "x-brokers";

/// Names in bindings that are not those of the server.
const GROUPS: [&str; 2] = ["x-consumer", "x-group"];

/// The document of one broker, or, without one, of all of them.
pub(super) fn narrowed(mut document: Value, broker: Option<&InUse>) -> Value {
    let rules = document.get(RULES).cloned().unwrap_or_default();
    let Some(broker) = broker else { return document };
    let names = Names {
        protocol: broker.protocol,
        headers: rules["brokers"][broker.protocol]["headers"].as_str().unwrap_or("ce-").to_owned(),
        default_prefix: rules["prefix"].as_str().unwrap_or_default().to_owned(),
        prefix: broker.prefix.as_deref().map(str::to_owned),
    };
    for part in ["/channels", "/operations", "/components/messages"] {
        document.pointer_mut(part).into_iter().for_each(|part| names.narrow(part));
    }
    if let Some(member) = rules["brokers"][broker.protocol]["address"].as_str() {
        address(&mut document, broker.protocol, member);
    }
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    for (name, schema) in schemas.into_iter().flatten() {
        if name.starts_with("agentgen.Headers") {
            names.narrow(schema);
        }
    }
    let known = !rules["brokers"][broker.protocol].is_null();
    if let Some(members) = document.as_object_mut() {
        members.remove(RULES);
        // What is in this process alone has no server to connect to.
        if known {
            members.insert("servers".to_owned(), servers(broker.protocol));
        }
    }
    document
}

/// Has channels found by what the broker calls them; their subject is kept beside it.
fn address(document: &mut Value, protocol: &str, member: &str) {
    let channels = document.pointer_mut("/channels").and_then(Value::as_object_mut);
    for channel in channels.into_iter().flat_map(Map::values_mut) {
        let name = channel["bindings"][protocol][member].clone();
        let Some(channel) = channel.as_object_mut().filter(|_| name.is_string()) else { continue };
        if let Some(subject) = channel.insert("address".to_owned(), name) {
            channel.insert("x-subject".to_owned(), subject);
        }
    }
}

fn servers(protocol: &str) -> Value {
    json!({ "broker": {
        "host": "{host}",
        "protocol": protocol,
        "variables": { "host": { "description": "Where the broker listens." } }
    } })
}

struct Names {
    protocol: &'static str,
    headers: String,
    default_prefix: String,
    prefix: Option<String>,
}

impl Names {
    fn narrow(&self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                if let Some(Value::Object(bindings)) = members.get_mut("bindings") {
                    bindings.retain(|name, _| name == self.protocol);
                    bindings.values_mut().for_each(|binding| self.prefix(binding));
                }
                members.retain(|name, value| name != "bindings" || *value != json!({}));
                let renamed = std::mem::take(members).into_iter().map(|(name, mut value)| {
                    self.narrow(&mut value);
                    (self.header(&name).unwrap_or(name), value)
                });
                *members = renamed.collect::<Map<_, _>>();
            }
            Value::Array(elements) => elements.iter_mut().for_each(|element| self.narrow(element)),
            Value::String(text) => {
                if let Some(renamed) = self.header(text) {
                    *text = renamed;
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Names on the server begin with what the URL says.
    fn prefix(&self, value: &mut Value) {
        let Some(prefix) = &self.prefix else { return };
        match value {
            Value::Object(members) => {
                // A group is what the contract calls it.
                let named = members.iter_mut().filter(|(name, _)| !GROUPS.contains(&name.as_str()));
                named.for_each(|(_, value)| self.prefix(value));
            }
            Value::String(text) => {
                let rest = text.strip_prefix(&self.default_prefix);
                let whole = |rest: &&str| rest.is_empty() || rest.starts_with(['.', ':', '-']);
                if let Some(rest) = rest.filter(whole) {
                    *text = format!("{prefix}{rest}");
                }
            }
            _ => {}
        }
    }

    /// The broker's name of a header, alone or as the place of a value.
    fn header(&self, text: &str) -> Option<String> {
        const PLACE: &str = "$message.header#/";
        let (place, name) = match text.strip_prefix(PLACE) {
            Some(name) => (PLACE, name),
            None => ("", text),
        };
        let attribute = name.strip_prefix("ce-")?;
        let plain =
            attribute.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        plain.then(|| format!("{place}{}{attribute}", self.headers))
    }
}

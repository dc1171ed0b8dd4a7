//! What a broker calls things. The document says it for every broker; a document
//! for one broker has its terms alone, and its names of headers.

mod amqp;
mod kafka;
mod name;
mod nats;
mod redis;

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value, json};

use super::envelope::{CE, HEADERS};
use crate::contract::QueueBinding;
use crate::emit::schema::Object;

/// What all names on a server begin with where its URL says nothing.
const PREFIX: &str = "agentgen";

/// A broker in whose terms an AsyncAPI document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AsyncApiBinding {
    /// AMQP 0-9-1: `RabbitMQ`.
    Amqp,
    /// Kafka.
    Kafka,
    /// NATS `JetStream`.
    Nats,
    /// Redis Streams.
    Redis,
}

/// A text that names no binding that can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownBinding(String);

/// How a broker says what the document says of a channel, of receiving from it
/// and of sending to it, and of a message with an ordering key.
struct Row {
    binding: AsyncApiBinding,
    /// The protocol, and the name of the binding.
    name: &'static str,
    /// What the names of CloudEvents attributes begin with.
    headers: &'static str,
    channel: fn(&str) -> Value,
    /// The member of a channel's binding that is its address; none where the subject is.
    address: Option<&'static str>,
    receive: fn(&QueueBinding) -> Value,
    send: fn() -> Option<Value>,
    keyed: fn() -> Option<Value>,
}

const ROWS: [Row; 4] = [amqp::ROW, kafka::ROW, nats::ROW, redis::ROW];

/// The bindings of the channel that is a subject.
pub(super) fn channel(subject: &str) -> Value {
    all(|row| Some((row.channel)(subject)))
}

/// The bindings of receiving requests.
pub(super) fn receive(queue: &QueueBinding) -> Value {
    all(|row| Some((row.receive)(queue)))
}

/// The bindings of sending.
pub(super) fn send() -> Value {
    all(|row| (row.send)())
}

/// The bindings of a message with an ordering key; `None` where no broker says
/// anything of it.
pub(super) fn keyed() -> Value {
    all(|row| (row.keyed)())
}

fn all(part: impl Fn(&Row) -> Option<Value>) -> Value {
    let parts = ROWS.iter().filter_map(|row| Some((row.name.to_owned(), part(row)?)));
    Value::Object(parts.collect::<Object>())
}

/// How the document becomes one of a single broker, for whoever serves it.
pub(super) fn rules() -> Value {
    let rules = ROWS.iter().map(|row| {
        let mut rule = json!({ "headers": row.headers });
        if let Some(member) = row.address {
            rule["address"] = json!(member);
        }
        (row.name.to_owned(), rule)
    });
    json!({ "prefix": PREFIX, "brokers": rules.collect::<Object>() })
}

impl AsyncApiBinding {
    /// Every binding.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.into_iter().map(|row| row.binding)
    }

    /// The name, which is the one of the protocol: `nats`.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    fn row(self) -> Row {
        let [amqp, kafka, nats, redis] = ROWS;
        match self {
            Self::Amqp => amqp,
            Self::Kafka => kafka,
            Self::Nats => nats,
            Self::Redis => redis,
        }
    }

    /// Brings a document to this broker's terms.
    pub(super) fn apply(self, mut document: Value) -> Value {
        let row = self.row();
        for part in ["/channels", "/operations", "/components/messages"] {
            document.pointer_mut(part).into_iter().for_each(|part| narrow(part, &row));
        }
        address(&mut document, &row);
        let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
        // The contract's own schemas may have any name in them.
        let own = schemas.into_iter().flatten().filter(|(name, _)| name.starts_with(HEADERS));
        own.for_each(|(_, schema)| narrow(schema, &row));
        let server = json!({
            "host": "{host}",
            "protocol": row.name,
            "variables": { "host": { "description": "Where the broker listens." } }
        });
        let Value::Object(members) = document else { return document };
        // The servers stand behind what the document is about.
        let mut made = Object::new();
        for (name, value) in members.into_iter().filter(|(name, _)| name != super::RULES) {
            let is_info = name == "info";
            made.insert(name, value);
            if is_info {
                made.insert("servers".to_owned(), json!({ "broker": server }));
            }
        }
        Value::Object(made)
    }
}

/// Has channels found by what the broker calls them; their subject is kept beside it.
fn address(document: &mut Value, row: &Row) {
    let Some(member) = row.address else { return };
    let channels = document.pointer_mut("/channels").and_then(Value::as_object_mut);
    for channel in channels.into_iter().flat_map(Object::values_mut) {
        let name = channel["bindings"][row.name][member].clone();
        let Some(channel) = channel.as_object_mut().filter(|_| name.is_string()) else { continue };
        if let Some(subject) = channel.insert("address".to_owned(), name) {
            channel.insert("x-subject".to_owned(), subject);
        }
    }
}

/// Leaves the bindings of one broker, and names headers as it does.
fn narrow(value: &mut Value, row: &Row) {
    match value {
        Value::Object(members) => {
            if let Some(Value::Object(bindings)) = members.get_mut("bindings") {
                bindings.retain(|name, _| name == row.name);
            }
            members.retain(|name, value| name != "bindings" || *value != json!({}));
            let renamed = std::mem::take(members).into_iter().map(|(name, mut value)| {
                narrow(&mut value, row);
                (header(&name, row).unwrap_or(name), value)
            });
            *members = renamed.collect::<Map<_, _>>();
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| narrow(element, row)),
        Value::String(text) => *text = header(text, row).unwrap_or_else(|| text.clone()),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The broker's name of a header of ours, alone or as the place of a value.
fn header(text: &str, row: &Row) -> Option<String> {
    const PLACE: &str = "$message.header#/";
    let (place, name) = match text.strip_prefix(PLACE) {
        Some(name) => (PLACE, name),
        None => ("", text),
    };
    let attribute = name.strip_prefix(CE)?;
    let plain = attribute.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    plain.then(|| format!("{place}{}{attribute}", row.headers))
}

impl fmt::Display for AsyncApiBinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for AsyncApiBinding {
    type Err = UnknownBinding;

    fn from_str(text: &str) -> Result<Self, UnknownBinding> {
        let found = Self::all().find(|binding| binding.name() == text);
        found.ok_or_else(|| UnknownBinding(text.to_owned()))
    }
}

impl fmt::Display for UnknownBinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<_> = AsyncApiBinding::all().map(AsyncApiBinding::name).collect();
        write!(f, "there is no binding `{}`; known are: {}", self.0, known.join(", "))
    }
}

impl std::error::Error for UnknownBinding {}

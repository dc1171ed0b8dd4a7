//! Messages on the wire. There is no binding of `CloudEvents` to AMQP 0.9.1; the
//! names are those of the binding to AMQP 1.0, and the properties that other
//! clients look at are set beside them.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use serde_json::Value;

use super::names;
use crate::broker::remote::millis;
use crate::broker::{Error, Publish, headers, remote};
use crate::{Metadata, context};

/// The id of a message, which begins with its position; the same over all pauses.
const ID: &str = "agentgen-id";
/// How long a message is still held back when it comes, in milliseconds.
const LEFT: &str = "agentgen-left";
/// On a message that was delivered before its pause.
const AGAIN: &str = "agentgen-again";

/// How attributes of `CloudEvents` begin, written and read.
const ATTRIBUTE: &str = "cloudEvents_";
const ATTRIBUTES: [&str; 2] = [ATTRIBUTE, "cloudEvents:"];
/// How they begin in metadata.
const OURS: &str = "ce-";

/// What the server adds.
const FOREIGN: [&str; 5] =
    ["x-death", "x-first-death", "x-last-death", "x-delivery-count", "x-acquired-count"];

const CONTENT_TYPE: &str = "content-type";
/// Where replies go, in metadata.
const REPLY_TO: &str = "ce-replyto";

/// What is said of a message beside its metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Empty where somebody else has published it.
    pub(super) id: String,
    pub(super) left: Duration,
    pub(super) again: bool,
}

/// The marks of a new message that is held back for a time.
pub(super) fn new_marks(left: Duration) -> Marks {
    let id = format!("{:x}-{:08x}", next_position(), fastrand::u32(..));
    Marks { id, left, again: false }
}

/// Positions grow with time, and within a process with every message.
fn next_position() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let millis = u64::try_from(since.as_millis()).unwrap_or_default();
    let now = (millis << 20) | u64::from(fastrand::u32(..1 << 20));
    let next = |last: u64| Some(now.max(last + 1));
    let last = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).unwrap_or_default();
    now.max(last + 1)
}

/// The position that an id begins with.
pub(super) fn position(id: &str) -> Option<u64> {
    u64::from_str_radix(id.split_once('-')?.0, 16).ok()
}

pub(super) fn write(metadata: &Metadata, marks: &Marks) -> Result<BasicProperties, Error> {
    let mut table = FieldTable::default();
    for (name, value) in metadata.iter().filter(|(name, _)| *name != CONTENT_TYPE) {
        let name = match name.strip_prefix(OURS) {
            Some(attribute) => format!("{ATTRIBUTE}{attribute}"),
            None => name.to_owned(),
        };
        table.insert(short(&name)?, AMQPValue::LongString(value.into()));
    }
    mark(&mut table, marks);
    let mut properties = BasicProperties::default().with_headers(table).with_delivery_mode(2);
    // For other people's clients; what has no room there is in the headers anyway.
    let property = |name| metadata.get(name).and_then(|value| short(value).ok());
    if let Some(value) = property(CONTENT_TYPE) {
        properties = properties.with_content_type(value);
    }
    if let Some(value) = property("ce-id") {
        properties = properties.with_message_id(value);
    }
    if let Some(value) = property(context::names::CORRELATION_ID) {
        properties = properties.with_correlation_id(value);
    }
    Ok(properties)
}

/// The properties of a message that goes through a pause: those that it had, but for
/// what the server added, and for its expiry, which would end the pause.
pub(super) fn again(had: &BasicProperties, marks: &Marks) -> BasicProperties {
    let mut table = FieldTable::default();
    for (name, value) in had.headers().iter().flatten() {
        let kept = !FOREIGN.iter().any(|foreign| name.as_str().starts_with(foreign));
        if kept && ![ID, LEFT, AGAIN].contains(&name.as_str()) {
            table.insert(name.clone(), value.clone());
        }
    }
    mark(&mut table, marks);
    let mut properties = BasicProperties::default().with_headers(table).with_delivery_mode(2);
    macro_rules! keep {
        ($($get:ident $set:ident),*) => {$(
            if let Some(value) = had.$get().clone() {
                properties = properties.$set(value);
            }
        )*};
    }
    keep!(
        content_type with_content_type,
        content_encoding with_content_encoding,
        priority with_priority,
        correlation_id with_correlation_id,
        reply_to with_reply_to,
        message_id with_message_id,
        timestamp with_timestamp,
        kind with_type,
        app_id with_app_id
    );
    properties
}

/// The properties of a message of somebody else that is given an id: all that it had.
pub(super) fn taken_in(had: &BasicProperties) -> BasicProperties {
    let properties = again(had, &new_marks(Duration::ZERO));
    match had.expiration().clone() {
        Some(time) => properties.with_expiration(time),
        None => properties,
    }
}

/// Whether the server says that it has delivered the message before.
pub(super) fn was_delivered(properties: &BasicProperties) -> bool {
    let counts = ["x-delivery-count", "x-acquired-count"];
    let mut headers = properties.headers().iter().flatten();
    headers.any(|(name, value)| {
        counts.contains(&name.as_str()) && text(value).is_some_and(|count| count != "0")
    })
}

fn mark(table: &mut FieldTable, marks: &Marks) {
    let mut mark = |name: &str, value: String| {
        table.insert(name.into(), AMQPValue::LongString(value.into()));
    };
    mark(ID, marks.id.clone());
    if marks.left > Duration::ZERO {
        mark(LEFT, millis(marks.left).to_string());
    }
    if marks.again {
        mark(AGAIN, "true".to_owned());
    }
}

/// The properties of a new message.
pub(super) fn of(
    prefix: &str,
    publish: &Publish,
    marks: &Marks,
) -> Result<Box<BasicProperties>, Error> {
    let mut properties = write(&publish.headers, marks)?;
    let answers = publish.headers.get(REPLY_TO);
    if let Some(queue) = answers.and_then(|subject| names::reply_queue(prefix, subject)) {
        properties = properties.with_reply_to(short(&queue)?);
        // What whoever answers sends back, and the caller knows the call by.
        if let Some(id) = properties.message_id().clone() {
            properties = properties.with_correlation_id(id);
        }
    }
    if remote::is_reply(&publish.subject) {
        // Replies go with their caller, and with the server.
        properties = properties.with_delivery_mode(1);
    }
    // The server counts this by its own clock, and not while a message is held back.
    if let Some(time) = publish.expires_in.filter(|_| publish.delay.is_zero()) {
        let time = millis(time).clamp(0, i64::from(u32::MAX)).to_string();
        properties = properties.with_expiration(short(&time)?);
    }
    Ok(properties.into())
}

fn short(text: &str) -> Result<ShortString, Error> {
    ShortString::try_new(text).map_err(|error| {
        Error::refused(format!("`{text}` is too long for RabbitMQ")).with_source(error)
    })
}

pub(super) fn read(properties: &BasicProperties) -> (Metadata, Marks) {
    let (mut metadata, mut marks) = (Metadata::for_message(), Marks::default());
    let mut unfit = headers::Unfit::default();
    for (name, value) in properties.headers().iter().flatten() {
        let Some(value) = text(value) else { continue };
        match name.as_str() {
            ID => marks.id = value.into_owned(),
            LEFT => marks.left = Duration::from_millis(value.parse().unwrap_or_default()),
            AGAIN => marks.again = true,
            name if FOREIGN.iter().any(|foreign| name.starts_with(foreign)) => {}
            name => {
                if !metadata.insert(&metadata_name(name), &value) {
                    unfit.note(name, value.as_bytes());
                }
            }
        }
    }
    unfit.keep(&mut metadata);
    let answers = properties.reply_to().as_ref().map(|queue| names::into_queue(queue.as_str()));
    if let (Some(subject), None) = (answers, metadata.get(REPLY_TO)) {
        metadata.insert(REPLY_TO, &subject);
    }
    // The properties stand in for what the headers do not say.
    for (name, value) in [
        (CONTENT_TYPE, properties.content_type()),
        ("ce-id", properties.message_id()),
        (context::names::CORRELATION_ID, properties.correlation_id()),
    ] {
        if let (Some(value), None) = (value, metadata.get(name)) {
            metadata.insert(name, value.as_str());
        }
    }
    (metadata, marks)
}

fn metadata_name(name: &str) -> Cow<'_, str> {
    let mut name = match ATTRIBUTES.iter().find_map(|prefix| name.strip_prefix(prefix)) {
        Some(attribute) => Cow::Owned(format!("{OURS}{attribute}")),
        None => Cow::Borrowed(name),
    };
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        name.to_mut().make_ascii_lowercase();
    }
    name
}

/// A header's value: a scalar as text, a list or a table as JSON.
fn text(value: &AMQPValue) -> Option<Cow<'_, str>> {
    if let AMQPValue::LongString(text) = value {
        return Some(String::from_utf8_lossy(text.as_bytes()));
    }
    match json(value) {
        Value::Null => None,
        Value::String(text) => Some(text.into()),
        value => Some(headers::ascii(&value).into()),
    }
}

fn json(value: &AMQPValue) -> Value {
    match value {
        AMQPValue::LongString(text) => String::from_utf8_lossy(text.as_bytes()).into(),
        AMQPValue::ShortString(text) => text.as_str().into(),
        AMQPValue::Boolean(value) => (*value).into(),
        AMQPValue::ShortShortInt(value) => (*value).into(),
        AMQPValue::ShortShortUInt(value) => (*value).into(),
        AMQPValue::ShortInt(value) => (*value).into(),
        AMQPValue::ShortUInt(value) => (*value).into(),
        AMQPValue::LongInt(value) => (*value).into(),
        AMQPValue::LongUInt(value) => (*value).into(),
        AMQPValue::LongLongInt(value) => (*value).into(),
        AMQPValue::Float(value) => (*value).into(),
        AMQPValue::Double(value) => (*value).into(),
        AMQPValue::Timestamp(value) => (*value).into(),
        AMQPValue::DecimalValue(value) => format!("{}e-{}", value.value, value.scale).into(),
        AMQPValue::ByteArray(bytes) => STANDARD.encode(bytes.as_slice()).into(),
        AMQPValue::FieldArray(list) => list.as_slice().iter().map(json).collect(),
        AMQPValue::FieldTable(table) => {
            table.into_iter().map(|(name, value)| (name.to_string(), json(value))).collect()
        }
        AMQPValue::Void => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_and_marks_come_back_as_they_were() {
        let mut metadata = Metadata::new();
        for (name, value) in
            [("ce-id", "1"), ("content-type", "application/json"), ("x-note", "a \"b\"")]
        {
            metadata.insert(name, value);
        }
        let mut marks = new_marks(Duration::from_millis(1500));
        marks.again = true;
        let properties = write(&metadata, &marks).expect("short names");
        assert_eq!(properties.message_id().as_ref().map(ShortString::as_str), Some("1"));
        let (read, again) = read(&properties);
        assert_eq!(again, marks);
        for name in ["ce-id", "content-type", "x-note"] {
            assert_eq!(read.get(name), metadata.get(name));
        }
        assert_eq!(read.iter().count(), 3);
    }

    #[test]
    fn what_other_programs_say_is_read() {
        let mut inner = FieldTable::default();
        inner.insert("a".into(), AMQPValue::Boolean(true));
        let list = vec![AMQPValue::LongInt(1), AMQPValue::LongString("ü".into())];
        let mut table = FieldTable::default();
        table.insert("x-list".into(), AMQPValue::FieldArray(list.into()));
        table.insert("x-table".into(), AMQPValue::FieldTable(inner));
        let properties = BasicProperties::default().with_headers(table);
        let (read, marks) = read(&properties.with_reply_to("answers".into()));
        assert_eq!(read.get("x-list"), Some(r#"[1,"\u00fc"]"#));
        assert_eq!(read.get("x-table"), Some(r#"{"a":true}"#));
        assert_eq!(read.get(REPLY_TO), Some("agentgen.reply.queue/answers"));
        assert!(marks.id.is_empty());
    }

    #[test]
    fn positions_grow_and_are_read_off_ids() {
        let ids: Vec<_> = (0..100).map(|_| new_marks(Duration::ZERO).id).collect();
        let positions: Vec<_> = ids.iter().map(|id| position(id).expect("a position")).collect();
        assert!(positions.is_sorted_by(|a, b| a < b), "{positions:?}");
        assert_eq!(position(""), None);
    }
}

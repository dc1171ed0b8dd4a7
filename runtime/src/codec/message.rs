//! The erased message and its type.

use std::any::Any;
use std::fmt;

use bytes::{Buf as _, Bytes, BytesMut};
use prost::DecodeError;
use prost::encoding::{DecodeContext, WireType, decode_key};

use super::json;
use super::table::Field;
use crate::status::Reason;
use crate::validate::Rules;

/// A contract message behind a pointer.
///
/// Generated code implements it for every message, concretely, through
/// [`agentgen::messages!`](crate::messages).
pub trait Message: Any + fmt::Debug + Send + Sync {
    /// The type of this message.
    fn message_type(&self) -> &'static MessageType;

    /// The message in its own type, or the type that it has instead.
    #[doc(hidden)]
    fn of(message: Box<dyn Message>) -> Result<Self, &'static MessageType>
    where
        Self: Sized;

    /// The message without its type.
    #[doc(hidden)]
    fn erased(self) -> Box<dyn Message>
    where
        Self: Sized;

    /// The length of the protobuf encoding, in bytes.
    fn proto_len(&self) -> usize;

    /// Appends the protobuf encoding.
    fn write_proto(&self, out: &mut BytesMut);

    /// Merges one field of a protobuf encoding.
    #[doc(hidden)]
    fn merge_one(
        &mut self,
        tag: u32,
        wire_type: WireType,
        bytes: &mut Bytes,
        context: DecodeContext,
    ) -> Result<(), DecodeError>;

    /// Reads a value of JSON text, whatever is here.
    #[doc(hidden)]
    fn read_text(
        &mut self,
        scope: json::Scope<'_>,
        input: &mut json::Input<'_>,
    ) -> Result<(), json::Error>;

    /// Writes a value of JSON text.
    #[doc(hidden)]
    fn write_text(&self, scope: json::Scope<'_>, out: json::Text<'_>) -> Result<(), json::Error>;

    /// Merges a protobuf encoding into this message: singular fields are
    /// replaced, repeated ones appended, submessages merged.
    ///
    /// # Errors
    /// The bytes are no such message.
    fn merge_proto(&mut self, bytes: Bytes) -> Result<(), WireError>;

    /// Reads the canonical JSON encoding into this message, which must be empty;
    /// after an error, what is in it has no meaning.
    ///
    /// # Errors
    /// The text is no such message, or holds more than one.
    fn read_json(&mut self, text: &[u8], options: &json::Options) -> Result<(), WireError>;

    /// Appends the canonical JSON encoding, or nothing on an error. An `Any`
    /// inside may hold the types of the message's own contract; those of the
    /// options are for a message that belongs to none, such as an `Any` itself.
    ///
    /// # Errors
    /// The message has no JSON form: an `Any` that cannot be unpacked or is
    /// nested too deeply, a timestamp out of range.
    fn write_json_with(&self, options: &json::Options, out: &mut Vec<u8>) -> Result<(), WireError>;

    /// Appends the canonical JSON encoding, or nothing on an error.
    ///
    /// # Errors
    /// As [`write_json_with`](Self::write_json_with).
    fn write_json(&self, out: &mut Vec<u8>) -> Result<(), WireError> {
        self.write_json_with(&json::Options::DEFAULT, out)
    }
}

impl dyn Message {
    /// The protobuf encoding.
    pub fn to_proto(&self) -> Bytes {
        let mut out = BytesMut::with_capacity(self.proto_len());
        self.write_proto(&mut out);
        out.freeze()
    }

    /// The canonical JSON encoding.
    ///
    /// # Errors
    /// As [`write_json_with`](Message::write_json_with).
    pub fn to_json(&self) -> Result<Vec<u8>, WireError> {
        let mut out = Vec::with_capacity(256);
        self.write_json(&mut out)?;
        Ok(out)
    }
}

/// A message whose type is known at compile time.
pub trait Typed: Message + Sized {
    /// The type.
    const TYPE: &'static MessageType;

    /// The types that an `Any` inside may hold: those of the contract.
    const TYPES: json::Types = &[];
}

/// What [`Message::of`] of generated code does.
///
/// # Errors
/// The message is of another type, which is given back.
#[doc(hidden)]
pub fn downcast<M: Message>(message: Box<dyn Message>) -> Result<M, &'static MessageType> {
    let found = message.message_type();
    match (message as Box<dyn Any>).downcast::<M>() {
        Ok(message) => Ok(*message),
        Err(_) => Err(found),
    }
}

/// An empty message: what [`MessageType::new`] of generated code points at.
pub fn new<M: Message + Default>() -> Box<dyn Message> {
    Box::<M>::default()
}

/// What the runtime knows of a message type: its name, its fields and how to
/// read it from the wire. Generated code holds one static per message.
#[derive(Clone, Copy)]
pub struct MessageType {
    /// The full protobuf name, such as `summarizer.v1.SummarizeRequest`.
    pub name: &'static str,
    /// The fields, in the order of their declaration.
    pub fields: &'static [Field],
    /// Makes an empty one.
    pub new: fn() -> Box<dyn Message>,
    /// The `buf.validate` rules of the message and of what it holds; `None`
    /// where there are none.
    pub rules: Option<&'static Rules>,
}

impl MessageType {
    /// The field that `name` names, by its protobuf or its JSON name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name || field.json == name)
    }

    /// Decodes protobuf.
    ///
    /// # Errors
    /// The bytes are no such message.
    pub fn from_proto(&self, bytes: Bytes) -> Result<Box<dyn Message>, WireError> {
        let mut message = (self.new)();
        message.merge_proto(bytes)?;
        Ok(message)
    }

    /// Decodes JSON text, which must hold nothing else.
    ///
    /// # Errors
    /// The text is no such message; the error has the JSON path of the fault, and
    /// its line and column in the message.
    pub fn from_json(
        &self,
        text: &[u8],
        options: &json::Options,
    ) -> Result<Box<dyn Message>, WireError> {
        let mut message = (self.new)();
        message.read_json(text, options)?;
        Ok(message)
    }
}

/// Merges the fields of a protobuf encoding one by one: what `prost` does for one
/// type, compiled once.
///
/// # Errors
/// The bytes are no fields, or a field cannot be merged.
#[doc(hidden)]
pub fn merge_fields(message: &mut dyn Message, mut bytes: Bytes) -> Result<(), WireError> {
    let context = DecodeContext::default();
    while bytes.has_remaining() {
        let (tag, wire_type) = decode_key(&mut bytes)?;
        message.merge_one(tag, wire_type, &mut bytes, context.clone())?;
    }
    Ok(())
}

impl fmt::Debug for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MessageType").field(&self.name).finish()
    }
}

/// Why bytes are no message, or a message has no bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireError {
    path: String,
    message: String,
}

impl WireError {
    /// An error at `path` in the message; the empty path is the message itself.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }

    /// The JSON path of the fault, such as `pages[2].title`; empty for the
    /// whole message.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong there.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The same error, seen from where the message is the value at `parent`; from the same
    /// place, where that is empty.
    #[must_use]
    pub(crate) fn inside(mut self, parent: &str) -> Self {
        if parent.is_empty() {
            return self;
        }
        let joined = !self.path.is_empty() && !self.path.starts_with('[');
        self.path.insert_str(0, if joined { "." } else { "" });
        self.path.insert_str(0, parent);
        self
    }

    /// The same error, its line and column as `place` says of those in it: where the
    /// text that was read is part of another one.
    #[cold]
    pub(crate) fn placed(self, place: impl FnOnce(usize, usize) -> (usize, usize)) -> Self {
        Self { message: json::placed(self.message, place), ..self }
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.path, self.message)
        }
    }
}

impl std::error::Error for WireError {}

impl From<DecodeError> for WireError {
    fn from(error: DecodeError) -> Self {
        Self::new("", error.to_string())
    }
}

impl From<WireError> for crate::Status {
    fn from(error: WireError) -> Self {
        let status = Reason::InvalidMessage.status(error.to_string());
        if error.path.is_empty() {
            status
        } else {
            status.with_violation(error.path, error.message)
        }
    }
}

//! The static description of message fields that generated code carries. It
//! is what the JSON codec, path and query binding and the clients share.

use super::MessageType;

/// One field of a message.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The name in the `.proto` file.
    pub name: &'static str,
    /// The name in JSON.
    pub json: &'static str,
    /// The field number.
    pub number: u32,
    /// How many values it holds.
    pub cardinality: Cardinality,
    /// The type of its values.
    pub kind: Kind,
}

/// How many values a field holds, and whether absence is a state of its own.
#[derive(Clone, Copy, Debug)]
pub enum Cardinality {
    /// One value; the default value counts as absent.
    Implicit,
    /// One value or none.
    Optional,
    /// Exactly one value (proto2 `required`).
    Required,
    /// A member of the oneof with this number, counted from 0 in its message.
    Oneof(u32),
    /// A list.
    Repeated,
    /// A map with this kind of key; the field's kind is that of the values.
    Map(&'static Kind),
}

/// The type of a field's values.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// `double`
    Double,
    /// `float`
    Float,
    /// `int32`
    Int32,
    /// `int64`
    Int64,
    /// `uint32`
    Uint32,
    /// `uint64`
    Uint64,
    /// `sint32`
    Sint32,
    /// `sint64`
    Sint64,
    /// `fixed32`
    Fixed32,
    /// `fixed64`
    Fixed64,
    /// `sfixed32`
    Sfixed32,
    /// `sfixed64`
    Sfixed64,
    /// `bool`
    Bool,
    /// `string`
    String,
    /// `bytes`
    Bytes,
    /// An enum.
    Enum(&'static EnumType),
    /// A message.
    Message(&'static MessageType),
    /// A proto2 group.
    Group(&'static MessageType),
}

/// What the runtime knows of an enum.
#[derive(Clone, Copy, Debug)]
pub struct EnumType {
    /// The full protobuf name.
    pub name: &'static str,
    /// The values in the order of their declaration, aliases included.
    pub values: &'static [EnumValue],
    /// Whether numbers without a name are no values (proto2).
    pub closed: bool,
}

/// One name of an enum.
#[derive(Clone, Copy, Debug)]
pub struct EnumValue {
    /// The name in the `.proto` file and in JSON.
    pub name: &'static str,
    /// The number on the wire.
    pub number: i32,
}

impl EnumType {
    /// The first name declared for a number.
    pub fn name_of(&self, number: i32) -> Option<&'static str> {
        self.values.iter().find(|value| value.number == number).map(|value| value.name)
    }

    /// The number of a name, case-sensitively.
    pub fn number_of(&self, name: &str) -> Option<i32> {
        self.values.iter().find(|value| value.name == name).map(|value| value.number)
    }
}

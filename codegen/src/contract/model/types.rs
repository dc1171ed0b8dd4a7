//! Messages, fields, oneofs and enums.

use serde_json::Value;

use super::{EnumId, Location, MessageId, MessageRules, Rules, TypeRef, Validation};

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// The index of its package in [`Contract::packages`](super::Contract::packages).
    pub package: usize,
    /// The name in the `.proto` file, without its parents.
    pub name: String,
    /// The full protobuf name.
    pub full_name: String,
    /// The Rust path inside the package's module, as prost-build names it:
    /// parents' modules first (`["outer", "Inner"]`).
    pub rust_path: Vec<String>,
    /// The name of its `MessageType` static, unique in the package.
    pub rust_static: String,
    /// The leading comment, without comment marks.
    pub docs: String,
    /// Where it is declared.
    pub location: Location,
    /// The fields, in declaration order.
    pub fields: Vec<Field>,
    /// The oneofs, without the synthetic ones of proto3 `optional`.
    pub oneofs: Vec<Oneof>,
    /// Whether the message is deprecated.
    pub deprecated: bool,
    /// Whether it is the synthetic entry of a map field: described, not emitted.
    pub map_entry: bool,
    /// `buf.validate.message`
    pub rules: MessageRules,
    /// What is checked before a handler sees such a message.
    pub validation: Validation,
}

/// A field.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name in the `.proto` file.
    pub name: String,
    /// The name in JSON.
    pub json: String,
    /// The Rust field, or the variant of a oneof; raw where it is a keyword,
    /// as prost-build names it.
    pub rust: String,
    /// The field number.
    pub number: u32,
    /// How many values it holds.
    pub cardinality: Cardinality,
    /// The type of its values.
    pub kind: Kind,
    /// Whether prost-build puts it behind a `Box` to break a cycle.
    pub boxed: bool,
    /// The leading comment, without comment marks.
    pub docs: String,
    /// Where it is declared.
    pub location: Location,
    /// Whether the field is deprecated.
    pub deprecated: bool,
    /// `google.api.field_behavior`.
    pub behavior: Vec<FieldBehavior>,
    /// `buf.validate.field`; of a map and a list, those of their parts too.
    pub rules: Rules,
    /// The example of `agentgen.v1.field`, as proto3 JSON.
    pub example: Option<Value>,
}

/// `google.api.field_behavior`, the values that documents state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldBehavior {
    /// The caller may leave it out.
    Optional,
    /// The caller must set it.
    Required,
    /// Only replies hold it.
    OutputOnly,
    /// Only requests hold it.
    InputOnly,
    /// It cannot change once set.
    Immutable,
    /// It identifies the resource.
    Identifier,
}

/// How many values a field holds, and whether absence is a state of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cardinality {
    /// One value; the default counts as absent.
    Implicit,
    /// One value or none.
    Optional,
    /// Exactly one value.
    Required,
    /// A member of [`Message::oneofs`] at this index.
    Oneof(usize),
    /// A list.
    Repeated,
    /// A map with this kind of key; the field's kind is that of the values.
    Map(Kind),
}

/// The type of a field's values.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// An enum of the contract.
    Enum(EnumId),
    /// `google.protobuf.NullValue`.
    NullValue,
    /// A message.
    Message(TypeRef),
    /// A proto2 group.
    Group(MessageId),
}

/// A oneof.
#[derive(Clone, Debug)]
pub struct Oneof {
    /// The name in the `.proto` file.
    pub name: String,
    /// The Rust field, raw where it is a keyword.
    pub rust: String,
    /// The Rust path of its enum inside the package's module.
    pub rust_path: Vec<String>,
    /// The leading comment, without comment marks.
    pub docs: String,
    /// Where it is declared.
    pub location: Location,
    /// Whether one of its fields must be set (`buf.validate.oneof`).
    pub required: bool,
}

/// An enum.
#[derive(Clone, Debug)]
pub struct Enum {
    /// The index of its package in [`Contract::packages`](super::Contract::packages).
    pub package: usize,
    /// The name in the `.proto` file.
    pub name: String,
    /// The full protobuf name.
    pub full_name: String,
    /// The Rust path inside the package's module.
    pub rust_path: Vec<String>,
    /// The name of its `EnumType` static, unique in the package.
    pub rust_static: String,
    /// The leading comment, without comment marks.
    pub docs: String,
    /// Where it is declared.
    pub location: Location,
    /// The values, aliases included, in declaration order.
    pub values: Vec<EnumValue>,
    /// Whether the enum is deprecated.
    pub deprecated: bool,
    /// Whether unknown numbers are not values (proto2).
    pub closed: bool,
}

/// A value of an enum.
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// The name in the `.proto` file.
    pub name: String,
    /// The Rust variant, as prost-build names it. An alias has the variant of
    /// the first value with its number.
    pub rust: String,
    /// The number.
    pub number: i32,
    /// The leading comment, without comment marks.
    pub docs: String,
    /// Where it is declared.
    pub location: Location,
    /// Whether the value is deprecated.
    pub deprecated: bool,
}

//! What is known of one side of a comparison. Strings and options borrow from
//! the encoded descriptors; options stay encoded until a rule asks for them.

use std::sync::{Arc, OnceLock};

use super::features::{Features, Presence};
use super::spans::SpanIndex;

/// Index into [`Schema::files`](super::Schema::files).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub usize);

/// Index into [`Schema::messages`](super::Schema::messages).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub usize);

/// Index into [`Schema::enums`](super::Schema::enums).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnumId(pub usize);

/// Index into [`Schema::services`](super::Schema::services).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId(pub usize);

/// Index into [`Schema::extensions`](super::Schema::extensions).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExtensionId(pub usize);

/// What declares something: a file, or a message inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    /// The file.
    pub file: FileId,
    /// The message around it; `None` at the top of the file.
    pub parent: Option<MessageId>,
    /// The place among its siblings of the same sort, from 0.
    pub index: i32,
}

/// Which language a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// `syntax = "proto2"`, or nothing said.
    Proto2,
    /// `syntax = "proto3"`
    Proto3,
    /// An edition, by its number in `descriptor.proto`, such as 1000 for 2023.
    Edition(i32),
}

/// A file.
#[derive(Debug)]
pub struct File<'a> {
    /// The name that others import it by.
    pub name: &'a str,
    /// Its package; empty for none.
    pub package: &'a str,
    /// The language it is written in.
    pub syntax: Syntax,
    /// The files it imports.
    pub imports: Vec<&'a str>,
    /// The imports that it hands on, as indexes into `imports`.
    pub public_imports: Vec<i32>,
    /// Whether it is here only because others import it.
    pub is_import: bool,
    /// The encoded `FileOptions`.
    pub options: &'a [u8],
    /// What holds in it unless something inside says otherwise.
    pub features: Features,
    /// The messages at its top, in declaration order.
    pub messages: Vec<MessageId>,
    /// The enums at its top.
    pub enums: Vec<EnumId>,
    /// Its services.
    pub services: Vec<ServiceId>,
    /// The extensions declared at its top.
    pub extensions: Vec<ExtensionId>,
    /// The encoded `SourceCodeInfo`; empty where the image has none.
    pub source_info: &'a [u8],
    pub(super) spans: OnceLock<SpanIndex<'a>>,
}

/// A message.
#[derive(Debug)]
pub struct Message<'a> {
    /// What declares it.
    pub scope: Scope,
    /// The name without its parents.
    pub name: &'a str,
    /// The full name, without a leading dot.
    pub full_name: Arc<str>,
    /// The fields, in declaration order.
    pub fields: Vec<Field<'a>>,
    /// The oneofs, those that `optional` makes among them.
    pub oneofs: Vec<Oneof<'a>>,
    /// The messages inside, map entries among them.
    pub messages: Vec<MessageId>,
    /// The enums inside.
    pub enums: Vec<EnumId>,
    /// The extensions declared inside.
    pub extensions: Vec<ExtensionId>,
    /// The reserved numbers.
    pub reserved: Vec<Numbers>,
    /// The reserved names.
    pub reserved_names: Vec<&'a str>,
    /// The numbers left to extensions.
    pub extension_ranges: Vec<Numbers>,
    /// Whether it is the entry of a map field.
    pub map_entry: bool,
    /// The encoded `MessageOptions`.
    pub options: &'a [u8],
    /// The features that hold for it.
    pub features: Features,
}

/// A range of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Numbers {
    /// The first number.
    pub first: i32,
    /// The last number, which belongs to the range.
    pub last: i32,
}

/// The type of a field's values; `delimited` encoding counts as a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is the protobuf type of the same name")]
pub enum Kind {
    Double,
    Float,
    Int64,
    Uint64,
    Int32,
    Fixed64,
    Fixed32,
    Bool,
    String,
    Group,
    Message,
    Bytes,
    Uint32,
    Enum,
    Sfixed32,
    Sfixed64,
    Sint32,
    Sint64,
}

/// The label of a field as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// `optional`, or none.
    Optional,
    /// `required`
    Required,
    /// `repeated`, or a map.
    Repeated,
}

/// A field, or an extension.
#[derive(Debug)]
pub struct Field<'a> {
    /// The place among the fields of its message, or the extensions of its
    /// scope, from 0.
    pub index: i32,
    /// The name.
    pub name: &'a str,
    /// The number.
    pub number: i32,
    /// The label as written.
    pub label: Label,
    /// The type, features applied.
    pub kind: Kind,
    /// The full name of its message or enum, without a leading dot; empty for
    /// scalars.
    pub type_name: &'a str,
    /// The default as written.
    pub default: Option<&'a str>,
    /// The JSON name as the compiler wrote it, stated or derived.
    pub json_name: Option<&'a str>,
    /// Its oneof, as an index into [`Message::oneofs`].
    pub oneof: Option<usize>,
    /// Whether it is `optional` in proto3, which makes its oneof synthetic.
    pub proto3_optional: bool,
    /// The encoded `FieldOptions`.
    pub options: &'a [u8],
    /// The features that hold for it.
    pub features: Features,
}

/// A oneof.
#[derive(Debug)]
pub struct Oneof<'a> {
    /// The name.
    pub name: &'a str,
    /// Whether it exists for an `optional` field of proto3 alone.
    pub synthetic: bool,
    /// The encoded `OneofOptions`.
    pub options: &'a [u8],
}

/// An enum.
#[derive(Debug)]
pub struct Enum<'a> {
    /// What declares it.
    pub scope: Scope,
    /// The name without its parents.
    pub name: &'a str,
    /// The full name, without a leading dot.
    pub full_name: Arc<str>,
    /// The values, aliases included, in declaration order.
    pub values: Vec<EnumValue<'a>>,
    /// The reserved numbers.
    pub reserved: Vec<Numbers>,
    /// The reserved names.
    pub reserved_names: Vec<&'a str>,
    /// The encoded `EnumOptions`.
    pub options: &'a [u8],
    /// The features that hold for it.
    pub features: Features,
}

/// A value of an enum.
#[derive(Debug)]
pub struct EnumValue<'a> {
    /// The name.
    pub name: &'a str,
    /// The number.
    pub number: i32,
    /// The encoded `EnumValueOptions`.
    pub options: &'a [u8],
}

/// An extension, and where it is declared.
#[derive(Debug)]
pub struct Extension<'a> {
    /// What declares it.
    pub scope: Scope,
    /// The full name, without a leading dot.
    pub full_name: Arc<str>,
    /// The full name of the message it extends, without a leading dot.
    pub extendee: &'a str,
    /// The field.
    pub field: Field<'a>,
}

/// A service.
#[derive(Debug)]
pub struct Service<'a> {
    /// What declares it.
    pub scope: Scope,
    /// The name.
    pub name: &'a str,
    /// The full name, without a leading dot.
    pub full_name: Arc<str>,
    /// The rpcs, in declaration order.
    pub methods: Vec<Method<'a>>,
    /// The encoded `ServiceOptions`.
    pub options: &'a [u8],
}

/// An rpc.
#[derive(Debug)]
pub struct Method<'a> {
    /// The place in its service, from 0.
    pub index: i32,
    /// The name.
    pub name: &'a str,
    /// The full name of the request type, without a leading dot.
    pub input: &'a str,
    /// The full name of the reply type, without a leading dot.
    pub output: &'a str,
    /// Whether the caller sends a stream.
    pub client_streaming: bool,
    /// Whether the handler answers with a stream.
    pub server_streaming: bool,
    /// The encoded `MethodOptions`.
    pub options: &'a [u8],
}

/// How many values a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cardinality {
    /// One value or none.
    Explicit,
    /// One value; the default counts as absent.
    Implicit,
    /// Exactly one value.
    Required,
    /// A list.
    Repeated,
    /// A map.
    Map,
}

impl Field<'_> {
    /// How many values it holds; a map counts as a list here, see
    /// [`Schema::cardinality`](super::Schema::cardinality).
    pub(super) fn plain_cardinality(&self, is_extension: bool) -> Cardinality {
        let message = matches!(self.kind, Kind::Message | Kind::Group);
        match (self.label, self.features.presence) {
            (Label::Repeated, _) => Cardinality::Repeated,
            (Label::Required, _) | (_, Presence::LegacyRequired) => Cardinality::Required,
            _ if message || is_extension || self.oneof.is_some() => Cardinality::Explicit,
            (_, Presence::Explicit) => Cardinality::Explicit,
            (_, Presence::Implicit) => Cardinality::Implicit,
        }
    }
}

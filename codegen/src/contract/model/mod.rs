//! The contract: everything that emitters and rules may know, with every name
//! computed. It deliberately holds no descriptor and no token.

mod rules;
mod service;
mod types;
mod validation;

pub use rules::*;
pub use service::*;
pub use types::*;
pub use validation::*;

/// A set of `.proto` files, lowered.
#[derive(Clone, Debug, Default)]
pub struct Contract {
    /// The packages that output is made for, sorted by name.
    pub packages: Vec<Package>,
    /// Every message of every package that is emitted, by [`MessageId`].
    pub messages: Vec<Message>,
    /// Every enum of every package that is emitted, by [`EnumId`].
    pub enums: Vec<Enum>,
    /// The encoded `FileDescriptorSet`, imports included, without source info,
    /// in dependency order; extensions kept.
    pub descriptors: Vec<u8>,
    /// The SHA-256 of `descriptors`, in lowercase hex.
    pub digest: String,
}

/// Index into [`Contract::messages`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub usize);

/// Index into [`Contract::enums`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnumId(pub usize);

/// One protobuf package.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// The protobuf name, such as `summarizer.v1`; empty for no package.
    pub name: String,
    /// The Rust module path, one snake-case identifier a segment; raw where a
    /// segment is a keyword (`r#type`).
    pub modules: Vec<String>,
    /// The messages of the package, nested ones included, in declaration order.
    pub messages: Vec<MessageId>,
    /// The enums of the package, nested ones included, in declaration order.
    pub enums: Vec<EnumId>,
    /// The services to emit. Empty for packages that are only imported.
    pub services: Vec<Service>,
    /// The comment of its `package` statement, in the first of its files that
    /// has one.
    pub docs: String,
    /// Its `package` statement in the first of its files.
    pub location: Location,
    /// The files of the package that are emitted, as they were named on
    /// import, sorted: the inputs, and what declares types that they name. A
    /// file that is imported for its options alone is not among them.
    pub files: Vec<String>,
}

/// Where something stands in a `.proto` file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// The file, as it was named on import.
    pub file: String,
    /// Byte offset of the first character.
    pub start: usize,
    /// Byte offset past the last character.
    pub end: usize,
    /// Line of the first character, from 1; 0 where unknown.
    pub line: usize,
    /// Column of the first character, from 1; 0 where unknown.
    pub column: usize,
}

/// A message type that an rpc or a field names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeRef {
    /// A message of the contract.
    Message(MessageId),
    /// A well-known type of `google.protobuf`, by its full name.
    WellKnown(String),
}

/// A field, as an index into the fields of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldRef {
    /// The message.
    pub message: MessageId,
    /// The index in [`Message::fields`].
    pub field: usize,
}

impl Contract {
    /// The message with this id.
    pub fn message(&self, id: MessageId) -> &Message {
        &self.messages[id.0]
    }

    /// The enum with this id.
    pub fn enumeration(&self, id: EnumId) -> &Enum {
        &self.enums[id.0]
    }

    /// The field that a reference names.
    pub fn field(&self, reference: FieldRef) -> &Field {
        &self.message(reference.message).fields[reference.field]
    }

    /// Every service of every package.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.packages.iter().flat_map(|package| &package.services)
    }

    /// The full protobuf name of a type.
    pub fn type_name<'a>(&'a self, reference: &'a TypeRef) -> &'a str {
        match reference {
            TypeRef::Message(id) => &self.message(*id).full_name,
            TypeRef::WellKnown(name) => name,
        }
    }
}

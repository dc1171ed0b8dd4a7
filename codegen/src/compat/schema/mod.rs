//! One side of a comparison: every element with its features resolved, read
//! straight from encoded descriptors. The contract of the emitters is not used
//! here: it is made from a pool, which holds no editions, and it computes names
//! that comparing thousands of files never reads.

mod features;
mod model;
mod read;
mod spans;

use std::collections::HashMap;
use std::sync::Arc;

pub use features::{Features, Presence};
pub use model::{
    Cardinality, Enum, EnumId, EnumValue, Extension, ExtensionId, Field, File, FileId, Kind, Label,
    Message, MessageId, Method, Numbers, Oneof, Scope, Service, ServiceId, Syntax,
};
pub use spans::{Info, Span};

use spans::SpanIndex;

use crate::descriptor::Malformed;

/// An encoded `FileDescriptorProto`.
#[derive(Clone, Copy, Debug)]
pub struct EncodedFile<'a> {
    /// The message.
    pub bytes: &'a [u8],
    /// Whether it is here only because others import it.
    pub is_import: bool,
}

/// The elements of a set of files.
#[derive(Debug, Default)]
pub struct Schema<'a> {
    /// The files, in the order given.
    pub files: Vec<File<'a>>,
    /// Every message, nested ones and map entries included.
    pub messages: Vec<Message<'a>>,
    /// Every enum.
    pub enums: Vec<Enum<'a>>,
    /// Every service.
    pub services: Vec<Service<'a>>,
    /// Every extension.
    pub extensions: Vec<Extension<'a>>,
    types: HashMap<Arc<str>, Type>,
    by_name: HashMap<&'a str, FileId>,
}

/// What a type name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// A message.
    Message(MessageId),
    /// An enum.
    Enum(EnumId),
}

/// Why descriptors cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// Bytes that are no descriptor.
    #[error("the descriptor of `{file}` is damaged: {why}")]
    Malformed {
        /// The file, as far as known.
        file: String,
        /// What is wrong.
        why: Malformed,
    },
    /// Two files declare one name.
    #[error("`{name}` is declared in `{first}` and again in `{second}`")]
    Duplicate {
        /// The full name.
        name: String,
        /// The file that came first.
        first: String,
        /// The other file.
        second: String,
    },
    /// A type that no file declares.
    #[error("`{file}` names the type `{name}`, which no file of the image declares")]
    Unresolved {
        /// The file that names it.
        file: String,
        /// The full name.
        name: String,
    },
}

impl<'a> Schema<'a> {
    /// Reads files. Their order does not matter.
    pub fn read(files: &[EncodedFile<'a>]) -> Result<Self, SchemaError> {
        read::read(files)
    }

    /// The file with this name.
    pub fn file_named(&self, name: &str) -> Option<FileId> {
        self.by_name.get(name).copied()
    }

    /// A file.
    pub fn file(&self, id: FileId) -> &File<'a> {
        &self.files[id.0]
    }

    /// A message.
    pub fn message(&self, id: MessageId) -> &Message<'a> {
        &self.messages[id.0]
    }

    /// An enum.
    pub fn enumeration(&self, id: EnumId) -> &Enum<'a> {
        &self.enums[id.0]
    }

    /// A service.
    pub fn service(&self, id: ServiceId) -> &Service<'a> {
        &self.services[id.0]
    }

    /// An extension.
    pub fn extension(&self, id: ExtensionId) -> &Extension<'a> {
        &self.extensions[id.0]
    }

    /// What a full name, without a leading dot, stands for.
    pub fn resolve(&self, full_name: &str) -> Option<Type> {
        self.types.get(full_name).copied()
    }

    /// The message with this full name.
    pub fn message_named(&self, full_name: &str) -> Option<MessageId> {
        match self.resolve(full_name) {
            Some(Type::Message(id)) => Some(id),
            _ => None,
        }
    }

    /// The enum with this full name.
    pub fn enum_named(&self, full_name: &str) -> Option<EnumId> {
        match self.resolve(full_name) {
            Some(Type::Enum(id)) => Some(id),
            _ => None,
        }
    }

    /// The entry of a map field.
    pub fn map_entry(&self, field: &Field<'_>) -> Option<&Message<'a>> {
        if field.label != Label::Repeated || field.kind != Kind::Message {
            return None;
        }
        let entry = self.message(self.message_named(field.type_name)?);
        entry.map_entry.then_some(entry)
    }

    /// How many values a field of a message holds.
    pub fn cardinality(&self, field: &Field<'_>) -> Cardinality {
        if self.map_entry(field).is_some() {
            return Cardinality::Map;
        }
        field.plain_cardinality(false)
    }

    /// How many values an extension holds.
    pub fn extension_cardinality(&self, extension: &Extension<'_>) -> Cardinality {
        extension.field.plain_cardinality(true)
    }

    /// The source info of what has this descriptor path, if the file has any.
    pub fn info(&self, file: FileId, path: &[i32]) -> Option<Info<'a>> {
        let file = self.file(file);
        file.spans.get_or_init(|| SpanIndex::read(file.source_info)).get(path)
    }

    /// The descriptor path of a message.
    pub fn message_path(&self, id: MessageId) -> Vec<i32> {
        self.path_in(self.message(id).scope, 4, 3)
    }

    /// The descriptor path of an enum.
    pub fn enum_path(&self, id: EnumId) -> Vec<i32> {
        self.path_in(self.enumeration(id).scope, 5, 4)
    }

    /// The descriptor path of an extension.
    pub fn extension_path(&self, id: ExtensionId) -> Vec<i32> {
        self.path_in(self.extension(id).scope, 7, 6)
    }

    /// The descriptor path of a service.
    pub fn service_path(&self, id: ServiceId) -> Vec<i32> {
        self.path_in(self.service(id).scope, 6, 0)
    }

    /// The path of something by what declares it; `top` and `nested` are the
    /// tags of its sort in a file and in a message.
    fn path_in(&self, scope: Scope, top: i32, nested: i32) -> Vec<i32> {
        let mut path = match scope.parent {
            Some(parent) => self.message_path(parent),
            None => Vec::new(),
        };
        path.extend([if scope.parent.is_some() { nested } else { top }, scope.index]);
        path
    }
}

//! From encoded descriptors to a [`Schema`]: one pass over the bytes, then a
//! check that every named type exists.

mod message;
mod parts;

use std::collections::hash_map::Entry;
use std::sync::{Arc, OnceLock};

use super::features::Features;
use super::model::{
    Enum, EnumId, Extension, ExtensionId, File, FileId, Scope, Service, ServiceId, Syntax,
};
use super::spans::numbers;
use super::{EncodedFile, Schema, SchemaError, Type};
use crate::descriptor::{Fields, Malformed};
use parts::{named, ordinal, overridden, range, read_field, read_method, read_value};

type Outcome<T> = Result<T, Malformed>;

pub(super) fn read<'a>(files: &[EncodedFile<'a>]) -> Result<Schema<'a>, SchemaError> {
    let mut reader = Reader::default();
    for file in files {
        let name = head(file.bytes).map_or("", |head| head.name);
        reader.file(*file).map_err(|why| SchemaError::Malformed { file: name.to_owned(), why })?;
        if let Some(duplicate) = reader.duplicate.take() {
            return Err(duplicate);
        }
    }
    match unresolved(&reader.schema) {
        Some(error) => Err(error),
        None => Ok(reader.schema),
    }
}

/// What has to be known of a file before its elements are read.
struct Head<'a> {
    name: &'a str,
    package: &'a str,
    syntax: Syntax,
    options: &'a [u8],
}

fn head(bytes: &[u8]) -> Outcome<Head<'_>> {
    let mut head = Head { name: "", package: "", syntax: Syntax::Proto2, options: &[] };
    let mut edition = 0;
    for field in Fields::new(bytes) {
        match field? {
            (1, value) => head.name = value.text()?,
            (2, value) => head.package = value.text()?,
            (8, value) => head.options = value.bytes()?,
            (12, value) if value.text()? == "proto3" => head.syntax = Syntax::Proto3,
            (14, value) => edition = value.int32()?,
            _ => {}
        }
    }
    // The numbers up to 999 stand for the syntaxes that editions replaced.
    if edition >= 1000 {
        head.syntax = Syntax::Edition(edition);
    }
    Ok(head)
}

/// The names and features that hold where something is declared.
#[derive(Clone)]
struct Around {
    prefix: Arc<str>,
    features: Features,
    /// How many messages are around it.
    depth: usize,
}

/// How deep messages may be declared in one another. Compilers stop earlier;
/// a damaged image must not be able to overflow the stack.
const MAX_DEPTH: usize = 100;

impl Around {
    fn full_name(&self, name: &str) -> Arc<str> {
        if self.prefix.is_empty() { name.into() } else { format!("{}.{name}", self.prefix).into() }
    }
}

#[derive(Default)]
struct Reader<'a> {
    schema: Schema<'a>,
    duplicate: Option<SchemaError>,
}

impl<'a> Reader<'a> {
    fn file(&mut self, encoded: EncodedFile<'a>) -> Outcome<()> {
        let head = head(encoded.bytes)?;
        let basis = match head.syntax {
            Syntax::Proto2 => Features::PROTO2,
            Syntax::Proto3 => Features::PROTO3,
            Syntax::Edition(_) => Features::EDITIONS,
        };
        let id = FileId(self.schema.files.len());
        let features = overridden(basis, head.options, 50)?;
        self.name_file(id, head.name);
        self.schema.files.push(File {
            name: head.name,
            package: head.package,
            syntax: head.syntax,
            imports: Vec::new(),
            public_imports: Vec::new(),
            is_import: encoded.is_import,
            options: head.options,
            features,
            messages: Vec::new(),
            enums: Vec::new(),
            services: Vec::new(),
            extensions: Vec::new(),
            source_info: &[],
            spans: OnceLock::new(),
        });
        self.elements(
            id,
            encoded.bytes,
            &Around { prefix: head.package.into(), features, depth: 0 },
        )
    }

    fn name_file(&mut self, id: FileId, name: &'a str) {
        if self.schema.by_name.insert(name, id).is_some() {
            let name = name.to_owned();
            self.duplicate =
                Some(SchemaError::Duplicate { first: name.clone(), second: name.clone(), name });
        }
    }

    fn elements(&mut self, id: FileId, bytes: &'a [u8], around: &Around) -> Outcome<()> {
        let scope = |index: usize| Scope { file: id, parent: None, index: ordinal(index) };
        for field in Fields::new(bytes) {
            match field? {
                (3, value) => {
                    let import = value.text()?;
                    self.schema.files[id.0].imports.push(import);
                }
                (4, value) => {
                    let at = scope(self.schema.files[id.0].messages.len());
                    let message = self.message(value.bytes()?, at, around)?;
                    self.schema.files[id.0].messages.push(message);
                }
                (5, value) => {
                    let at = scope(self.schema.files[id.0].enums.len());
                    let enumeration = self.enumeration(value.bytes()?, at, around)?;
                    self.schema.files[id.0].enums.push(enumeration);
                }
                (6, value) => {
                    let at = scope(self.schema.files[id.0].services.len());
                    let service = self.service(value.bytes()?, at, around)?;
                    self.schema.files[id.0].services.push(service);
                }
                (7, value) => {
                    let at = scope(self.schema.files[id.0].extensions.len());
                    let extension = self.extension(value.bytes()?, at, around)?;
                    self.schema.files[id.0].extensions.push(extension);
                }
                (9, value) => self.schema.files[id.0].source_info = value.bytes()?,
                (10, value) => numbers(value, &mut self.schema.files[id.0].public_imports)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn enumeration(&mut self, bytes: &'a [u8], scope: Scope, around: &Around) -> Outcome<EnumId> {
        let (name, options) = named(bytes, 1, 3)?;
        let full_name = around.full_name(name);
        let id = EnumId(self.schema.enums.len());
        self.declare(&full_name, Type::Enum(id), scope.file);
        let features = overridden(around.features, options, 7)?;
        let mut found = Enum {
            scope,
            name,
            full_name,
            values: Vec::new(),
            reserved: Vec::new(),
            reserved_names: Vec::new(),
            options,
            features,
        };
        for field in Fields::new(bytes) {
            match field? {
                (2, value) => found.values.push(read_value(value.bytes()?)?),
                (4, value) => found.reserved.push(range(value.bytes()?, 0)?),
                (5, value) => found.reserved_names.push(value.text()?),
                _ => {}
            }
        }
        self.schema.enums.push(found);
        Ok(id)
    }

    fn service(&mut self, bytes: &'a [u8], scope: Scope, around: &Around) -> Outcome<ServiceId> {
        let (name, options) = named(bytes, 1, 3)?;
        let full_name = around.full_name(name);
        let mut methods = Vec::new();
        for field in Fields::new(bytes) {
            if let (2, value) = field? {
                methods.push(read_method(value.bytes()?, methods.len())?);
            }
        }
        let id = ServiceId(self.schema.services.len());
        self.schema.services.push(Service { scope, name, full_name, methods, options });
        Ok(id)
    }

    fn extension(
        &mut self,
        bytes: &'a [u8],
        scope: Scope,
        around: &Around,
    ) -> Outcome<ExtensionId> {
        let index = usize::try_from(scope.index).unwrap_or_default();
        let (field, extendee) = read_field(bytes, index, around.features)?;
        let full_name = around.full_name(field.name);
        let id = ExtensionId(self.schema.extensions.len());
        self.schema.extensions.push(Extension { scope, full_name, extendee, field });
        Ok(id)
    }

    fn declare(&mut self, name: &Arc<str>, found: Type, file: FileId) {
        match self.schema.types.entry(name.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(found);
            }
            Entry::Occupied(entry) => {
                let first = match *entry.get() {
                    Type::Message(id) => self.schema.messages[id.0].scope.file,
                    Type::Enum(id) => self.schema.enums[id.0].scope.file,
                };
                let name_of = |file: FileId| self.schema.files[file.0].name.to_owned();
                self.duplicate = Some(SchemaError::Duplicate {
                    name: name.to_string(),
                    first: name_of(first),
                    second: name_of(file),
                });
            }
        }
    }
}

/// A type that is named and declared nowhere.
fn unresolved(schema: &Schema<'_>) -> Option<SchemaError> {
    let missing = |file: FileId, name: &str| {
        let absent = !name.is_empty() && schema.resolve(name).is_none();
        absent.then(|| SchemaError::Unresolved {
            file: schema.file(file).name.to_owned(),
            name: name.to_owned(),
        })
    };
    let fields = schema.messages.iter().flat_map(|message| {
        message.fields.iter().filter_map(move |field| missing(message.scope.file, field.type_name))
    });
    let extensions = schema.extensions.iter().filter_map(|extension| {
        let file = extension.scope.file;
        missing(file, extension.extendee).or_else(|| missing(file, extension.field.type_name))
    });
    let services = schema.services.iter().flat_map(|service| {
        service.methods.iter().filter_map(move |method| {
            let file = service.scope.file;
            missing(file, method.input).or_else(|| missing(file, method.output))
        })
    });
    fields.chain(extensions).chain(services).next()
}

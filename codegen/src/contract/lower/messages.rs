//! Messages, fields, oneofs and enums.

use prost_reflect::{
    EnumDescriptor, FieldDescriptor, Kind as Type, MessageDescriptor, OneofDescriptor, Syntax,
};
use prost_types::{EnumOptions, EnumValueOptions, FieldOptions, MessageOptions};

use super::packages::{self, PackagePlan};
use super::{Lowering, options, rules};
use crate::contract::model::{
    Cardinality, Enum, EnumValue, Field, Kind, Message, Oneof, TypeRef, Validation,
};
use crate::contract::names;

/// Lowers every message and enum, in the order of their numbers.
pub(super) fn lower(lowering: &mut Lowering<'_>, plan: &[PackagePlan]) {
    for (package, plan) in plan.iter().enumerate() {
        for (file, _) in &plan.files {
            for descriptor in packages::messages(file) {
                let message = message(lowering, package, &descriptor);
                lowering.contract.messages.push(message);
            }
            for descriptor in packages::enums(file) {
                let enumeration = enumeration(lowering, package, &descriptor);
                lowering.contract.enums.push(enumeration);
            }
        }
    }
}

/// The modules that the types inside a message live in, as prost-build nests
/// them.
fn modules(message: Option<MessageDescriptor>) -> Vec<String> {
    let mut modules = Vec::new();
    let mut next = message;
    while let Some(message) = next {
        modules.push(names::snake(message.name()));
        next = message.parent_message();
    }
    modules.reverse();
    modules
}

fn path_of(parent: Option<MessageDescriptor>, name: &str) -> Vec<String> {
    let mut path = modules(parent);
    path.push(names::camel(name));
    path
}

/// The static's name before it is made unique: the path inside the package.
fn static_of(full_name: &str, package: &str) -> String {
    let local = full_name.strip_prefix(package).unwrap_or(full_name);
    names::shouty(local)
}

fn message(lowering: &Lowering<'_>, package: usize, descriptor: &MessageDescriptor) -> Message {
    let file = descriptor.parent_file();
    let oneofs: Vec<_> = descriptor.oneofs().filter(|oneof| !oneof.is_synthetic()).collect();
    let mut fields: Vec<_> = descriptor.fields().collect();
    fields.sort_by_key(|field| field.path().last().copied());
    Message {
        package,
        name: descriptor.name().to_owned(),
        full_name: descriptor.full_name().to_owned(),
        rust_path: path_of(descriptor.parent_message(), descriptor.name()),
        rust_static: static_of(descriptor.full_name(), descriptor.package_name()),
        docs: lowering.spans.docs(file.name(), descriptor.path()),
        location: lowering.spans.place(file.name(), &name_path(descriptor.path())),
        fields: fields.iter().map(|field| self::field(lowering, field, &oneofs)).collect(),
        oneofs: oneofs.iter().map(|oneof| self::oneof(lowering, descriptor, oneof)).collect(),
        deprecated: descriptor
            .descriptor_proto()
            .options
            .as_ref()
            .is_some_and(MessageOptions::deprecated),
        map_entry: descriptor.is_map_entry(),
        rules: rules::of_message(lowering, descriptor, &fields),
        validation: Validation::default(),
    }
}

/// The descriptor path of a declaration's name (tag 1 in every descriptor):
/// what a finding should underline, rather than the whole block.
pub(super) fn name_path(path: &[i32]) -> Vec<i32> {
    let mut path = path.to_vec();
    path.push(1);
    path
}

fn field(
    lowering: &Lowering<'_>,
    descriptor: &FieldDescriptor,
    oneofs: &[OneofDescriptor],
) -> Field {
    let file = descriptor.parent_message().parent_file();
    let location = lowering.spans.place(file.name(), &name_path(descriptor.path()));
    let member = descriptor
        .containing_oneof()
        .and_then(|oneof| oneofs.iter().position(|other| *other == oneof));
    let name = descriptor.name();
    Field {
        name: name.to_owned(),
        json: descriptor.json_name().to_owned(),
        rust: if member.is_some() { names::camel(name) } else { names::snake(name) },
        number: descriptor.number(),
        cardinality: cardinality(lowering, descriptor, member),
        kind: value_kind(lowering, descriptor),
        boxed: false,
        docs: lowering.spans.docs(file.name(), descriptor.path()),
        location,
        deprecated: descriptor
            .field_descriptor_proto()
            .options
            .as_ref()
            .is_some_and(FieldOptions::deprecated),
        behavior: options::behavior(lowering.pool, descriptor),
        rules: rules::of_field(lowering, descriptor),
        example: None,
    }
}

fn cardinality(
    lowering: &Lowering<'_>,
    field: &FieldDescriptor,
    member: Option<usize>,
) -> Cardinality {
    if let Some(entry) = map_entry(field) {
        return Cardinality::Map(kind(lowering, &entry.map_entry_key_field()));
    }
    if field.is_list() {
        Cardinality::Repeated
    } else if field.is_required() {
        Cardinality::Required
    } else if let Some(oneof) = member {
        Cardinality::Oneof(oneof)
    } else if field.supports_presence() {
        Cardinality::Optional
    } else {
        Cardinality::Implicit
    }
}

fn map_entry(field: &FieldDescriptor) -> Option<MessageDescriptor> {
    match field.kind() {
        Type::Message(entry) if field.is_map() => Some(entry),
        _ => None,
    }
}

/// The kind of a field's values; of a map, those behind the keys.
fn value_kind(lowering: &Lowering<'_>, field: &FieldDescriptor) -> Kind {
    match map_entry(field) {
        Some(entry) => kind(lowering, &entry.map_entry_value_field()),
        None => kind(lowering, field),
    }
}

fn kind(lowering: &Lowering<'_>, field: &FieldDescriptor) -> Kind {
    match field.kind() {
        Type::Double => Kind::Double,
        Type::Float => Kind::Float,
        Type::Int32 => Kind::Int32,
        Type::Int64 => Kind::Int64,
        Type::Uint32 => Kind::Uint32,
        Type::Uint64 => Kind::Uint64,
        Type::Sint32 => Kind::Sint32,
        Type::Sint64 => Kind::Sint64,
        Type::Fixed32 => Kind::Fixed32,
        Type::Fixed64 => Kind::Fixed64,
        Type::Sfixed32 => Kind::Sfixed32,
        Type::Sfixed64 => Kind::Sfixed64,
        Type::Bool => Kind::Bool,
        Type::String => Kind::String,
        Type::Bytes => Kind::Bytes,
        Type::Enum(enumeration) => enum_kind(lowering, &enumeration),
        Type::Message(message) => match lowering.type_ref(&message) {
            TypeRef::Message(id) if field.is_group() => Kind::Group(id),
            message => Kind::Message(message),
        },
    }
}

fn enum_kind(lowering: &Lowering<'_>, enumeration: &EnumDescriptor) -> Kind {
    if enumeration.full_name() == "google.protobuf.NullValue" {
        return Kind::NullValue;
    }
    // The files that the runtime brings hold no other enum.
    lowering.enum_id(enumeration).map_or(Kind::Int32, Kind::Enum)
}

fn oneof(lowering: &Lowering<'_>, message: &MessageDescriptor, oneof: &OneofDescriptor) -> Oneof {
    let mut type_name = names::camel(oneof.name());
    let inner = message.child_messages().map(|inner| names::camel(inner.name()));
    let inner: Vec<_> =
        inner.chain(message.child_enums().map(|inner| names::camel(inner.name()))).collect();
    if inner.contains(&type_name) {
        // prost-build's own way out of this clash.
        type_name.push_str("OneOf");
    }
    let mut rust_path = modules(Some(message.clone()));
    rust_path.push(type_name);
    Oneof {
        name: oneof.name().to_owned(),
        rust: names::snake(oneof.name()),
        rust_path,
        docs: lowering.spans.docs(message.parent_file().name(), oneof.path()),
        location: lowering.spans.place(message.parent_file().name(), &name_path(oneof.path())),
        required: rules::is_oneof_required(lowering, oneof),
    }
}

fn enumeration(lowering: &Lowering<'_>, package: usize, descriptor: &EnumDescriptor) -> Enum {
    let file = descriptor.parent_file();
    Enum {
        package,
        name: descriptor.name().to_owned(),
        full_name: descriptor.full_name().to_owned(),
        rust_path: path_of(descriptor.parent_message(), descriptor.name()),
        rust_static: static_of(descriptor.full_name(), descriptor.package_name()),
        docs: lowering.spans.docs(file.name(), descriptor.path()),
        location: lowering.spans.place(file.name(), &name_path(descriptor.path())),
        values: values(lowering, descriptor),
        deprecated: descriptor
            .enum_descriptor_proto()
            .options
            .as_ref()
            .is_some_and(EnumOptions::deprecated),
        closed: file.syntax() == Syntax::Proto2,
    }
}

fn values(lowering: &Lowering<'_>, descriptor: &EnumDescriptor) -> Vec<EnumValue> {
    let file = descriptor.parent_file();
    let mut values: Vec<EnumValue> = Vec::new();
    for (value, index) in descriptor.enum_descriptor_proto().value.iter().zip(0_i32..) {
        let path = [descriptor.path(), &[2, index]].concat();
        let first = values.iter().find(|first| first.number == value.number());
        let rust = first.map(|first| first.rust.clone());
        values.push(EnumValue {
            name: value.name().to_owned(),
            rust: rust.unwrap_or_else(|| names::variant(descriptor.name(), value.name())),
            number: value.number(),
            docs: lowering.spans.docs(file.name(), &path),
            location: lowering.spans.place(file.name(), &name_path(&path)),
            deprecated: value.options.as_ref().is_some_and(EnumValueOptions::deprecated),
        });
    }
    values
}

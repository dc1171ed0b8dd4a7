//! The types of fields: for generated code, for the binary encoding and for
//! both encodings.

use crate::compat::anchor::out::Out;
use crate::compat::anchor::pairs::Pair;
use crate::compat::anchor::quote::quoted;
use crate::compat::anchor::view::FieldView;
use crate::compat::schema::{Enum, Kind, Syntax};

const WIRE_RULES: &str = "https://developers.google.com/protocol-buffers/docs/proto3#updating";
const JSON_RULES: &str = "https://developers.google.com/protocol-buffers/docs/proto3#json";

pub(in crate::compat::anchor) fn same(pair: &Pair<FieldView<'_, '_>>, out: &mut Out<'_, '_, '_>) {
    if pair.old.field.kind != pair.new.field.kind {
        changed(pair, "", out);
    } else if pair.old.field.type_name != pair.new.field.type_name {
        changed_name(pair, out);
    }
}

pub(in crate::compat::anchor) fn wire(pair: &Pair<FieldView<'_, '_>>, out: &mut Out<'_, '_, '_>) {
    let (old, new) = (pair.old.field.kind, pair.new.field.kind);
    if wire_group(old) == wire_group(new) {
        return compatible_name(pair, out);
    }
    let mut why = format!(" See {WIRE_RULES} for wire compatibility rules.");
    match (old, new) {
        (Kind::String, Kind::Bytes) => return,
        (Kind::Bytes, Kind::String) => why.push_str(
            " Note that while string and bytes are compatible if the data is valid UTF-8, \
             there is no way to enforce that a bytes field is UTF-8, \
             so these fields may be incompatible.",
        ),
        _ => {}
    }
    changed(pair, &why, out);
}

pub(in crate::compat::anchor) fn wire_json(
    pair: &Pair<FieldView<'_, '_>>,
    out: &mut Out<'_, '_, '_>,
) {
    if wire_json_group(pair.old.field.kind) == wire_json_group(pair.new.field.kind) {
        return compatible_name(pair, out);
    }
    let why = format!(
        " See {WIRE_RULES} for wire compatibility rules and {JSON_RULES} for JSON \
         compatibility rules."
    );
    changed(pair, &why, out);
}

/// One kind stands for all that are read alike in binary.
fn wire_group(kind: Kind) -> Kind {
    match kind {
        Kind::Int64 | Kind::Uint32 | Kind::Uint64 | Kind::Bool => Kind::Int32,
        Kind::Sint64 => Kind::Sint32,
        Kind::Sfixed32 => Kind::Fixed32,
        Kind::Sfixed64 => Kind::Fixed64,
        other => other,
    }
}

/// One kind stands for all that are read alike in both encodings.
fn wire_json_group(kind: Kind) -> Kind {
    match kind {
        Kind::Uint32 => Kind::Int32,
        Kind::Uint64 => Kind::Int64,
        Kind::Sfixed32 => Kind::Fixed32,
        Kind::Sfixed64 => Kind::Fixed64,
        other => other,
    }
}

/// Messages have to keep their name. So have enums, unless the new one is
/// called the same without its parents and has all the old values.
fn compatible_name(pair: &Pair<FieldView<'_, '_>>, out: &mut Out<'_, '_, '_>) {
    let (old, new) = (pair.old.field.type_name, pair.new.field.type_name);
    if old == new {
        return;
    }
    match (enum_of(&pair.old), enum_of(&pair.new)) {
        (Some(old), Some(new)) if old.name == new.name && has_all(new, old) => {}
        _ => changed_name(pair, out),
    }
}

fn enum_of<'c, 'a>(field: &FieldView<'c, 'a>) -> Option<&'c Enum<'a>> {
    let schema = field.view.schema;
    schema.enum_named(field.field.type_name).map(|id| schema.enumeration(id))
}

fn has_all(new: &Enum<'_>, old: &Enum<'_>) -> bool {
    old.values.iter().all(|value| {
        new.values.iter().any(|other| other.name == value.name && other.number == value.number)
    })
}

fn changed(pair: &Pair<FieldView<'_, '_>>, why: &str, out: &mut Out<'_, '_, '_>) {
    let (old, new) = (kind_name(&pair.old), kind_name(&pair.new));
    let what = format!("changed type from \"{old}\" to \"{new}\".{why}");
    out.field(pair, &what, FieldView::type_location);
}

fn changed_name(pair: &Pair<FieldView<'_, '_>>, out: &mut Out<'_, '_, '_>) {
    let (old, new) = (quoted(pair.old.field.type_name), quoted(pair.new.field.type_name));
    out.field(pair, &format!("changed type from {old} to {new}."), FieldView::type_location);
}

fn kind_name(field: &FieldView<'_, '_>) -> &'static str {
    match field.field.kind {
        Kind::Double => "double",
        Kind::Float => "float",
        Kind::Int64 => "int64",
        Kind::Uint64 => "uint64",
        Kind::Int32 => "int32",
        Kind::Fixed64 => "fixed64",
        Kind::Fixed32 => "fixed32",
        Kind::Bool => "bool",
        Kind::String => "string",
        Kind::Group if field.view.schema.file(field.file()).syntax == Syntax::Proto2 => "group",
        Kind::Group => "message (delimited encoding)",
        Kind::Message => "message",
        Kind::Bytes => "bytes",
        Kind::Uint32 => "uint32",
        Kind::Enum => "enum",
        Kind::Sfixed32 => "sfixed32",
        Kind::Sfixed64 => "sfixed64",
        Kind::Sint32 => "sint32",
        Kind::Sint64 => "sint64",
    }
}

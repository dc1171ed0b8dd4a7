//! The parts of descriptors that stand for themselves.

use super::Outcome;
use crate::compat::schema::features::Features;
use crate::compat::schema::model::{EnumValue, Field, Kind, Label, Method, Numbers};
use crate::descriptor::{Fields, Malformed, Value};

/// The features of a `FeatureSet` inside encoded options.
pub(super) fn overridden(inherited: Features, options: &[u8], tag: u32) -> Outcome<Features> {
    let mut features = inherited;
    for field in Fields::new(options) {
        if let (found, Value::Bytes(set)) = field?
            && found == tag
        {
            features = features.overridden(set)?;
        }
    }
    Ok(features)
}

/// The place of an element in its list; descriptors cannot hold more.
pub(super) fn ordinal(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}

/// The name and the options of an element, by their tags.
pub(super) fn named(bytes: &[u8], name_tag: u32, options_tag: u32) -> Outcome<(&str, &[u8])> {
    let (mut name, mut options) = ("", &[][..]);
    for field in Fields::new(bytes) {
        let (tag, value) = field?;
        if tag == name_tag {
            name = value.text()?;
        } else if tag == options_tag {
            options = value.bytes()?;
        }
    }
    Ok((name, options))
}

pub(super) fn flag(options: &[u8], tag: u32) -> Outcome<bool> {
    let mut set = false;
    for field in Fields::new(options) {
        let (found, value) = field?;
        if found == tag {
            set = value.bool()?;
        }
    }
    Ok(set)
}

/// A range; `beyond` is how far the encoded end lies behind the last number.
pub(super) fn range(bytes: &[u8], beyond: i32) -> Outcome<Numbers> {
    let (mut first, mut end) = (0, 0);
    for field in Fields::new(bytes) {
        match field? {
            (1, value) => first = value.int32()?,
            (2, value) => end = value.int32()?,
            _ => {}
        }
    }
    Ok(Numbers { first, last: end.saturating_sub(beyond) })
}

/// A field and, for an extension, what it extends.
pub(super) fn read_field(
    bytes: &[u8],
    index: usize,
    inherited: Features,
) -> Outcome<(Field<'_>, &str)> {
    let mut extendee = "";
    let mut kind = 0;
    let mut field = Field {
        index: ordinal(index),
        name: "",
        number: 0,
        label: Label::Optional,
        kind: Kind::Double,
        type_name: "",
        default: None,
        json_name: None,
        oneof: None,
        proto3_optional: false,
        options: &[],
        features: inherited,
    };
    for part in Fields::new(bytes) {
        match part? {
            (1, value) => field.name = value.text()?,
            (2, value) => extendee = undotted(value.text()?),
            (3, value) => field.number = value.int32()?,
            (4, value) => field.label = label(value.int32()?)?,
            (5, value) => kind = value.int32()?,
            (6, value) => field.type_name = undotted(value.text()?),
            (7, value) => field.default = Some(value.text()?),
            (8, value) => field.options = value.bytes()?,
            (9, value) => {
                field.oneof = Some(usize::try_from(value.int32()?).map_err(|_| Malformed)?);
            }
            (10, value) => field.json_name = Some(value.text()?),
            (17, value) => field.proto3_optional = value.bool()?,
            _ => {}
        }
    }
    field.features = overridden(inherited, field.options, 21)?;
    field.kind = resolved_kind(kind, field.features)?;
    Ok((field, extendee))
}

fn undotted(name: &str) -> &str {
    name.strip_prefix('.').unwrap_or(name)
}

fn label(number: i32) -> Outcome<Label> {
    match number {
        1 => Ok(Label::Optional),
        2 => Ok(Label::Required),
        3 => Ok(Label::Repeated),
        _ => Err(Malformed),
    }
}

fn resolved_kind(number: i32, features: Features) -> Outcome<Kind> {
    const KINDS: [Kind; 18] = [
        Kind::Double,
        Kind::Float,
        Kind::Int64,
        Kind::Uint64,
        Kind::Int32,
        Kind::Fixed64,
        Kind::Fixed32,
        Kind::Bool,
        Kind::String,
        Kind::Group,
        Kind::Message,
        Kind::Bytes,
        Kind::Uint32,
        Kind::Enum,
        Kind::Sfixed32,
        Kind::Sfixed64,
        Kind::Sint32,
        Kind::Sint64,
    ];
    let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    match index.and_then(|index| KINDS.get(index)) {
        Some(Kind::Message) if features.delimited => Ok(Kind::Group),
        Some(kind) => Ok(*kind),
        None => Err(Malformed),
    }
}

pub(super) fn read_value(bytes: &[u8]) -> Outcome<EnumValue<'_>> {
    let mut found = EnumValue { name: "", number: 0, options: &[] };
    for field in Fields::new(bytes) {
        match field? {
            (1, value) => found.name = value.text()?,
            (2, value) => found.number = value.int32()?,
            (3, value) => found.options = value.bytes()?,
            _ => {}
        }
    }
    Ok(found)
}

pub(super) fn read_method(bytes: &[u8], index: usize) -> Outcome<Method<'_>> {
    let mut method = Method {
        index: ordinal(index),
        name: "",
        input: "",
        output: "",
        client_streaming: false,
        server_streaming: false,
        options: &[],
    };
    for field in Fields::new(bytes) {
        match field? {
            (1, value) => method.name = value.text()?,
            (2, value) => method.input = undotted(value.text()?),
            (3, value) => method.output = undotted(value.text()?),
            (4, value) => method.options = value.bytes()?,
            (5, value) => method.client_streaming = value.bool()?,
            (6, value) => method.server_streaming = value.bool()?,
            _ => {}
        }
    }
    Ok(method)
}

//! `google.protobuf.Any`: the message it holds, beside the member `@type`.
//!
//! A document in a document: its text is handed to the type that it names as it
//! stands, and what that type writes is taken over in the same way.

mod members;

use std::borrow::Cow;

use bytes::Bytes;
use prost_types::Any;
use serde::ser::{Error as _, SerializeMap};
use serde::{Deserialize as _, Deserializer, Serializer};
use serde_json::value::RawValue;

use self::members::{Head, Members};
use super::is_special;
use crate::codec::json::{Options, Scope, Value, Verbatim, without_position};
use crate::codec::{MessageType, WireError};

/// The member that names the type.
const TYPE: &str = "@type";
/// The member that holds what has a JSON form of its own.
const VALUE: &str = "value";

impl Value for Any {
    fn write<S: Serializer>(&self, scope: Scope<'_>, out: S) -> Result<S::Ok, S::Error> {
        if self.type_url.is_empty() && self.value.is_empty() {
            return out.serialize_map(Some(0))?.end();
        }
        let scope = scope.descend()?;
        let of = resolve(scope, &self.type_url).map_err(S::Error::custom)?;
        let text = unpack(scope, of, &self.value)
            .map_err(|error| scope.at_nested(error.path(), S::Error::custom(error.message())))?;
        let mut map = out.serialize_map(None)?;
        map.serialize_entry(TYPE, &self.type_url)?;
        if is_special(of) {
            entry(scope, &mut map, VALUE, parsed(&text)?)?;
        } else {
            for (name, value) in parsed::<Members<'_>, _>(&text)?.0 {
                entry(scope, &mut map, &name, value)?;
            }
        }
        map.end()
    }

    /// Only from JSON: other formats have no raw values.
    fn read<'de, D: Deserializer<'de>>(
        &mut self,
        scope: Scope<'_>,
        input: D,
    ) -> Result<(), D::Error> {
        let scope = scope.enter()?;
        *self = if scope.is_text() {
            pack(scope, <&RawValue>::deserialize(input)?.get())?
        } else {
            pack(scope, Box::<RawValue>::deserialize(input)?.get())?
        };
        Ok(())
    }
}

/// The type that a URL such as `type.googleapis.com/package.Message` names.
fn resolve(scope: Scope<'_>, url: &str) -> Result<&'static MessageType, String> {
    let name = url.rsplit_once('/').map(|(_, name)| name);
    name.and_then(|name| scope.find_type(name)).ok_or_else(|| {
        format!("{TYPE} {url:?} names no message of this contract and no well-known type")
    })
}

/// The JSON of the message in the bytes.
fn unpack(scope: Scope<'_>, of: &MessageType, value: &[u8]) -> Result<Vec<u8>, WireError> {
    let message = of.from_proto(Bytes::copy_from_slice(value))?;
    let mut text = Vec::new();
    message.write_json_with(&scope.nested_options(), &mut text)?;
    Ok(text)
}

fn parsed<'a, T: serde::Deserialize<'a>, E: serde::ser::Error>(text: &'a [u8]) -> Result<T, E> {
    serde_json::from_slice(text).map_err(E::custom)
}

/// Raw values are JSON text alone; other formats get what the text says.
fn entry<M: SerializeMap>(
    scope: Scope<'_>,
    map: &mut M,
    name: &str,
    value: &RawValue,
) -> Result<(), M::Error> {
    if scope.is_text() {
        return map.serialize_entry(name, &Verbatim(value.get()));
    }
    let value: serde_json::Value = parsed(value.get().as_bytes())?;
    map.serialize_entry(name, &value)
}

/// Reads the text of an object.
fn pack<E: serde::de::Error>(scope: Scope<'_>, text: &str) -> Result<Any, E> {
    let Head { url, value, others } = serde_json::from_str(text)
        .map_err(|error| E::custom(without_position(&error.to_string())))?;
    let Some(url) = url else {
        let empty = value.is_none() && others.is_none();
        let missing = || E::custom(format_args!("the member {TYPE:?} is missing"));
        return empty.then(Any::default).ok_or_else(missing);
    };
    let of = resolve(scope, &url).map_err(E::custom)?;
    let options = scope.nested_options();
    let message = if is_special(of) {
        let text = special(scope, value, others)?;
        of.from_json(text.as_bytes(), &options)
            .map_err(|error| scope.at_field(VALUE, nested(scope, &error)))?
    } else {
        let options = Options { ignored_members: &[TYPE], ..options };
        of.from_json(text.as_bytes(), &options).map_err(|error| nested(scope, &error))?
    };
    Ok(Any { type_url: url, value: message.to_proto().into() })
}

/// The text of what has a JSON form of its own; nothing else may stand beside it.
fn special<'a, E: serde::de::Error>(
    scope: Scope<'_>,
    value: Option<&'a RawValue>,
    others: Option<Cow<'_, str>>,
) -> Result<&'a str, E> {
    match others {
        Some(name) if !scope.ignores_unknown() => Err(scope.unknown_field(&name)),
        _ => value
            .map(RawValue::get)
            .ok_or_else(|| E::custom(format_args!("the member {VALUE:?} is missing"))),
    }
}

fn nested<E: serde::de::Error>(scope: Scope<'_>, error: &WireError) -> E {
    scope.at_nested(error.path(), E::custom(without_position(error.message())))
}

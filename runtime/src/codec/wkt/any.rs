//! `google.protobuf.Any`: the message it holds, beside the member `@type`.

use std::fmt;

use bytes::Bytes;
use prost_types::Any;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::{Error as _, SerializeMap as _};
use serde::{Deserializer, Serializer};
use serde_json::value::RawValue;

use super::is_special;
use crate::codec::json::{Scope, Value};
use crate::codec::{MessageType, WireError};

impl Value for Any {
    fn write<S: Serializer>(&self, scope: Scope<'_>, out: S) -> Result<S::Ok, S::Error> {
        if self.type_url.is_empty() && self.value.is_empty() {
            return out.serialize_map(Some(0))?.end();
        }
        let of = resolve(scope, &self.type_url).map_err(S::Error::custom)?;
        let value = unpack(scope, of, &self.value)
            .map_err(|error| scope.at_nested(error.path(), S::Error::custom(error.message())))?;
        let mut map = out.serialize_map(None)?;
        map.serialize_entry("@type", &self.type_url)?;
        match value {
            serde_json::Value::Object(fields) if !is_special(of) => {
                for (name, value) in &fields {
                    map.serialize_entry(name, value)?;
                }
            }
            value => map.serialize_entry("value", &value)?,
        }
        map.end()
    }

    /// Only from JSON text: other formats have no raw values.
    fn read<'de, D: Deserializer<'de>>(scope: Scope<'_>, input: D) -> Result<Self, D::Error> {
        input.deserialize_map(AnyVisitor(scope.enter()?))
    }
}

/// The type that a URL such as `type.googleapis.com/package.Message` names.
fn resolve(scope: Scope<'_>, url: &str) -> Result<&'static MessageType, String> {
    let name = url.rsplit_once('/').map(|(_, name)| name);
    name.and_then(|name| scope.find_type(name)).ok_or_else(|| {
        format!("@type {url:?} names no message of this contract and no well-known type")
    })
}

fn unpack(
    scope: Scope<'_>,
    of: &MessageType,
    value: &[u8],
) -> Result<serde_json::Value, WireError> {
    let message = (of.from_proto)(Bytes::copy_from_slice(value))?;
    let mut text = Vec::new();
    message.write_json_with(scope.nested_options().types, &mut text)?;
    serde_json::from_slice(&text).map_err(|error| WireError::new("", error.to_string()))
}

struct AnyVisitor<'a>(Scope<'a>);

impl<'de> Visitor<'de> for AnyVisitor<'_> {
    type Value = Any;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the member \"@type\"")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut input: A) -> Result<Any, A::Error> {
        let mut url = None;
        let mut members: Vec<(String, Box<RawValue>)> = Vec::new();
        while let Some(name) = input.next_key::<String>()? {
            let known = members.iter().any(|(known, _)| *known == name);
            if known || (url.is_some() && name == "@type") {
                return Err(A::Error::custom(format_args!("{name:?} is given twice")));
            }
            if name == "@type" {
                url = Some(input.next_value::<String>()?);
            } else {
                members.push((name, input.next_value()?));
            }
        }
        match url {
            Some(url) => pack(self.0, url, &members),
            None if members.is_empty() => Ok(Any::default()),
            None => Err(A::Error::custom("the member \"@type\" is missing")),
        }
    }
}

fn pack<E: serde::de::Error>(
    scope: Scope<'_>,
    url: String,
    members: &[(String, Box<RawValue>)],
) -> Result<Any, E> {
    let of = resolve(scope, &url).map_err(E::custom)?;
    let special = is_special(of);
    let text = if special { value_of(scope, members)? } else { object_of(members) };
    let message = (of.from_json)(text.as_bytes(), &scope.nested_options()).map_err(|error| {
        let fault = scope.at_nested(error.path(), E::custom(error.message()));
        if special { scope.at_field("value", fault) } else { fault }
    })?;
    Ok(Any { type_url: url, value: message.to_proto().into() })
}

/// The member `value`, which holds what has a JSON form of its own.
fn value_of<E: serde::de::Error>(
    scope: Scope<'_>,
    members: &[(String, Box<RawValue>)],
) -> Result<String, E> {
    let mut value = None;
    for (name, text) in members {
        if name == "value" {
            value = Some(text.get().to_owned());
        } else if !scope.ignores_unknown() {
            return Err(E::custom(format_args!("unknown field {name:?}")));
        }
    }
    value.ok_or_else(|| E::custom("the member \"value\" is missing"))
}

fn object_of(members: &[(String, Box<RawValue>)]) -> String {
    let members = members
        .iter()
        .map(|(name, value)| format!("{}:{}", serde_json::Value::from(name.as_str()), value.get()));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

//! Writing a message: its fields in the order of their declaration.

use serde::Serializer;
use serde::ser::{Error as _, SerializeMap};

use super::enumeration::Enumeration;
use super::fault::shortened;
use super::out::Text;
use super::scope::{self, Session};
use super::shape::Formed;
use super::{Form, Json, Options, Plain, Scope, Shape, Types, Value};
use crate::codec::{EnumType, Message, Typed, WireError};

/// What [`Json::write`] writes the fields of one message to.
pub struct Writer<'a, S> {
    map: S,
    scope: Scope<'a>,
}

impl<S: SerializeMap> Writer<'_, S> {
    /// Writes a field of any cardinality, unless it is absent.
    ///
    /// # Errors
    /// The value has no JSON form, or the serializer failed.
    pub fn field<T: Shape<Item: Value>>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), S::Error> {
        self.unless_absent(name, value, Plain)
    }

    /// Writes an enum field of any cardinality, unless it is absent.
    ///
    /// # Errors
    /// The serializer failed.
    pub fn enumeration<T: Shape<Item = i32>>(
        &mut self,
        name: &'static str,
        value: &T,
        of: &'static EnumType,
    ) -> Result<(), S::Error> {
        self.unless_absent(name, value, Enumeration(of))
    }

    /// Writes a value that is there: a member of a oneof, or a required field.
    ///
    /// # Errors
    /// The value has no JSON form, or the serializer failed.
    pub fn present<V: Value>(&mut self, name: &'static str, value: &V) -> Result<(), S::Error> {
        self.entry(name, value, Plain)
    }

    /// Writes an enum value that is there: a member of a oneof, or a required
    /// field.
    ///
    /// # Errors
    /// The serializer failed.
    pub fn present_enumeration(
        &mut self,
        name: &'static str,
        value: &i32,
        of: &'static EnumType,
    ) -> Result<(), S::Error> {
        self.entry(name, value, Enumeration(of))
    }

    fn unless_absent<T: Shape, F: Form<T::Item>>(
        &mut self,
        name: &'static str,
        value: &T,
        form: F,
    ) -> Result<(), S::Error> {
        if value.is_absent(form) { Ok(()) } else { self.entry(name, value, form) }
    }

    fn entry<T: Shape, F: Form<T::Item>>(
        &mut self,
        name: &'static str,
        value: &T,
        form: F,
    ) -> Result<(), S::Error> {
        let scope = self.scope;
        self.map
            .serialize_entry(name, &Formed { value, form, scope })
            .map_err(|error| scope.at_field(name, error))
    }
}

/// Writes a message as an object.
///
/// # Errors
/// A field has no JSON form, or the serializer failed.
pub fn write_message<M: Json, S: Serializer>(
    message: &M,
    scope: Scope<'_>,
    out: S,
) -> Result<S::Ok, S::Error> {
    object(message, scope, out)
}

/// A message whose fields go to one kind of output; a trait, and no closure, as for
/// reading.
trait WriteFields<S: SerializeMap> {
    fn write_fields(&self, out: &mut Writer<'_, S>) -> Result<(), S::Error>;
}

impl<M: Json, S: SerializeMap> WriteFields<S> for M {
    fn write_fields(&self, out: &mut Writer<'_, S>) -> Result<(), S::Error> {
        self.write(out)
    }
}

/// What is the same for every message: compiled once an output, and not once a
/// message.
fn object<S: Serializer>(
    message: &dyn WriteFields<S::SerializeMap>,
    scope: Scope<'_>,
    out: S,
) -> Result<S::Ok, S::Error> {
    let mut writer = Writer { map: out.serialize_map(None)?, scope };
    message.write_fields(&mut writer)?;
    writer.map.end()
}

/// Writes a message to any serializer, as its `Serialize` does.
///
/// # Errors
/// A field has no JSON form, or the serializer failed.
pub fn serialize<M: Value + Typed, S: Serializer>(message: &M, out: S) -> Result<S::Ok, S::Error> {
    let session = Session::new(Options::default(), M::TYPES, scope::Form::Foreign);
    message.write(session.scope(), out).map_err(|error| match session.path() {
        path if path.is_empty() => error,
        path => S::Error::custom(format_args!("{path}: {error}")),
    })
}

/// Appends the JSON text of a message, as [`Message::write_json_with`] does.
///
/// [`Message::write_json_with`]: crate::codec::Message::write_json_with
///
/// # Errors
/// A field has no JSON form.
pub fn write<M: Value + Typed>(
    message: &M,
    options: &Options,
    out: &mut Vec<u8>,
) -> Result<(), WireError> {
    write_text(message, M::TYPES, options, out)
}

/// Appends the JSON text of a message: what is the same for every message, compiled
/// once. `types` are those that an `Any` inside may hold.
///
/// # Errors
/// A field has no JSON form.
#[doc(hidden)]
pub fn write_text(
    message: &dyn Message,
    types: Types,
    options: &Options,
    out: &mut Vec<u8>,
) -> Result<(), WireError> {
    let start = out.len();
    let session = Session::new(*options, types, scope::Form::Text);
    message.write_text(session.scope(), Text(&mut *out)).map_err(|error| {
        out.truncate(start);
        WireError::new(session.path(), shortened(&error.to_string()))
    })
}

//! Reading a message: fields by either of their names, each at most once.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};

use super::enumeration::Enumeration;
use super::fault::{fault, not_utf8};
use super::scope::{self, Session};
use super::shape::read_nullable;
use super::skip::skip;
use super::{Form, Json, Options, Plain, Scope, Shape, Types, Value};
use crate::codec::{EnumType, Field, Message, Typed, WireError};

/// The value of one field in the input, for [`Json::read`] to take.
pub struct Slot<'a, A> {
    input: &'a mut A,
    scope: Scope<'a>,
}

impl<'de, A: MapAccess<'de>> Slot<'_, A> {
    /// Reads a field of any cardinality; `null` leaves it as it is.
    ///
    /// # Errors
    /// The input is no such value.
    pub fn read<T: Shape<Item: Value>>(self, field: &mut T) -> Result<(), A::Error> {
        self.shape(field, Plain)
    }

    /// Reads an enum field of any cardinality; `null` leaves it as it is.
    ///
    /// # Errors
    /// The input is no value of the enum.
    pub fn read_enumeration<T: Shape<Item = i32>>(
        self,
        field: &mut T,
        of: &'static EnumType,
    ) -> Result<(), A::Error> {
        self.shape(field, Enumeration(of))
    }

    /// Reads a member of a oneof; `null` leaves the oneof as it is.
    ///
    /// # Errors
    /// The input is no such value, or another member is set already.
    pub fn read_oneof<T, V: Value>(
        self,
        oneof: &mut Option<T>,
        variant: fn(V) -> T,
    ) -> Result<(), A::Error> {
        self.member(oneof, variant, Plain)
    }

    /// Reads a member of a oneof that is an enum value; `null` leaves the
    /// oneof as it is.
    ///
    /// # Errors
    /// The input is no value of the enum, or another member is set already.
    pub fn read_oneof_enumeration<T>(
        self,
        oneof: &mut Option<T>,
        variant: fn(i32) -> T,
        of: &'static EnumType,
    ) -> Result<(), A::Error> {
        self.member(oneof, variant, Enumeration(of))
    }

    /// Passes over the value.
    ///
    /// # Errors
    /// The input is no JSON.
    pub fn skip(self) -> Result<(), A::Error> {
        skip(self.scope, self.input)
    }

    fn shape<T: Shape, F: Form<T::Item>>(self, field: &mut T, form: F) -> Result<(), A::Error> {
        self.input.next_value_seed(ShapeSeed { field, form, scope: self.scope })
    }

    fn member<T, V: Default, F: Form<V>>(
        self,
        oneof: &mut Option<T>,
        variant: fn(V) -> T,
        form: F,
    ) -> Result<(), A::Error> {
        if let Some(value) = self.one_of(oneof.is_some(), form)? {
            *oneof = Some(variant(value));
        }
        Ok(())
    }

    /// The value of a member, unless it is `null`; compiled once a type of values,
    /// and not once a oneof.
    fn one_of<V: Default, F: Form<V>>(self, taken: bool, form: F) -> Result<Option<V>, A::Error> {
        let mut value = V::default();
        let seed = MemberSeed { place: &mut value, form, scope: self.scope };
        if !self.input.next_value_seed(seed)? {
            return Ok(None);
        }
        if taken {
            return Err(A::Error::custom("another member of the same oneof is set already"));
        }
        Ok(Some(value))
    }
}

struct ShapeSeed<'a, T, F> {
    field: &'a mut T,
    form: F,
    scope: Scope<'a>,
}

impl<'de, T: Shape, F: Form<T::Item>> DeserializeSeed<'de> for ShapeSeed<'_, T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        self.field.read(self.form, self.scope, input)
    }
}

struct MemberSeed<'a, V, F> {
    place: &'a mut V,
    form: F,
    scope: Scope<'a>,
}

impl<'de, V, F: Form<V>> DeserializeSeed<'de> for MemberSeed<'_, V, F> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<bool, D::Error> {
        read_nullable(self.place, self.form, self.scope, input)
    }
}

/// Reads a message from an object, as [`Value::read`] does.
///
/// # Errors
/// The input is no such message.
pub fn read_message<'de, M: Json + Typed, D: Deserializer<'de>>(
    message: &mut M,
    scope: Scope<'_>,
    input: D,
) -> Result<(), D::Error> {
    input.deserialize_map(MessageVisitor { scope: scope.enter()?, message })
}

struct MessageVisitor<'a, M> {
    scope: Scope<'a>,
    message: &'a mut M,
}

impl<'de, M: Json + Typed> Visitor<'de> for MessageVisitor<'_, M> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object: message {}", M::TYPE.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, input: A) -> Result<(), A::Error> {
        fields(M::TYPE.fields, self.scope, input, self.message)
    }
}

/// A message whose fields come from one kind of input. A trait, and no closure: of
/// this one, nothing but the method is compiled for each message.
trait ReadField<'de, A: MapAccess<'de>> {
    fn read_field(&mut self, field: usize, value: Slot<'_, A>) -> Result<(), A::Error>;
}

impl<'de, M: Json, A: MapAccess<'de>> ReadField<'de, A> for M {
    fn read_field(&mut self, field: usize, value: Slot<'_, A>) -> Result<(), A::Error> {
        self.read(field, value)
    }
}

/// What is the same for every message: compiled once an input, and not once a
/// message.
fn fields<'de, A: MapAccess<'de>>(
    fields: &'static [Field],
    scope: Scope<'_>,
    mut input: A,
    message: &mut dyn ReadField<'de, A>,
) -> Result<(), A::Error> {
    let mut names = Names { fields, next: 0, seen: Seen::default(), scope };
    while let Some(name) = input.next_key_seed(&mut names)? {
        match name {
            Name::Field(index, field) => message
                .read_field(index, Slot { input: &mut input, scope })
                .map_err(|error| scope.at_field(field.json, error))?,
            Name::Unknown => skip(scope, &mut input)?,
        }
    }
    Ok(())
}

/// Reads field names, and remembers which have come.
struct Names<'a> {
    fields: &'static [Field],
    /// The field that most likely comes next: writers keep the order.
    next: usize,
    seen: Seen,
    scope: Scope<'a>,
}

enum Name {
    Field(usize, &'static Field),
    Unknown,
}

impl Names<'_> {
    fn find(&self, name: &str) -> Option<(usize, &'static Field)> {
        let next = self.fields.get(self.next).filter(|field| field.json == name);
        next.map(|field| (self.next, field)).or_else(|| {
            self.fields
                .iter()
                .enumerate()
                .find(|(_, field)| field.json == name || field.name == name)
        })
    }
}

impl<'de> DeserializeSeed<'de> for &mut Names<'_> {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Name, D::Error> {
        input.deserialize_str(self)
    }
}

impl Visitor<'_> for &mut Names<'_> {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Name, E> {
        match self.find(name) {
            Some((index, field)) if self.seen.insert(index) => {
                self.next = index + 1;
                Ok(Name::Field(index, field))
            }
            Some((_, field)) => {
                Err(self.scope.at_field(field.json, E::custom("the field is given twice")))
            }
            None if self.scope.ignores_member(name) => Ok(Name::Unknown),
            None => Err(self.scope.unknown_field(name)),
        }
    }
}

/// The indices of the fields that have come.
#[derive(Default)]
struct Seen {
    first: u64,
    /// Bits of the fields from the 65th on, which few messages have.
    rest: Vec<u64>,
}

impl Seen {
    /// Whether the index is new.
    fn insert(&mut self, index: usize) -> bool {
        let bit = 1 << (index % 64);
        let word = match index / 64 {
            0 => &mut self.first,
            word => {
                if self.rest.len() < word {
                    self.rest.resize(word, 0);
                }
                &mut self.rest[word - 1]
            }
        };
        let new = *word & bit == 0;
        *word |= bit;
        new
    }
}

/// Reads a message from any deserializer with the default [`Options`], as its
/// `Deserialize` does.
///
/// # Errors
/// The input is no such message.
pub fn deserialize<'de, M: Value + Typed, D: Deserializer<'de>>(input: D) -> Result<M, D::Error> {
    let session = Session::new(Options::default(), M::TYPES, scope::Form::Foreign);
    let mut message = M::default();
    match message.read(session.scope(), input) {
        Ok(()) => Ok(message),
        Err(error) => Err(match session.path() {
            path if path.is_empty() => error,
            path => D::Error::custom(format_args!("{path}: {error}")),
        }),
    }
}

/// Reads a message from JSON text, which must hold nothing else.
///
/// # Errors
/// The text is no such message; the error has the JSON path of the fault, and
/// its line and column in the message.
pub fn read<M: Value + Typed>(text: &[u8], options: &Options) -> Result<M, WireError> {
    let mut message = M::default();
    read_text(&mut message, M::TYPES, text, options)?;
    Ok(message)
}

/// The deserializer of JSON text.
#[doc(hidden)]
pub type Input<'t> = serde_json::Deserializer<serde_json::de::StrRead<'t>>;

/// Reads JSON text into an empty message: what is the same for every message,
/// compiled once. `types` are those that an `Any` inside may hold.
///
/// # Errors
/// As [`read`].
#[doc(hidden)]
pub fn read_text(
    message: &mut dyn Message,
    types: Types,
    text: &[u8],
    options: &Options,
) -> Result<(), WireError> {
    let session = Session::new(*options, types, scope::Form::Text);
    // Once for all strings in it.
    let text = match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(error) => {
            let valid = std::str::from_utf8(&text[..error.valid_up_to()]).unwrap_or_default();
            return Err(not_utf8(valid, &run(&session, valid, message)));
        }
    };
    run(&session, text, message)?;
    if session.is_inexact() {
        return run(&Session::new(*options, types, scope::Form::Exact), text, message);
    }
    Ok(())
}

fn run(session: &Session, text: &str, message: &mut dyn Message) -> Result<(), WireError> {
    let mut input = serde_json::Deserializer::from_str(text);
    // The depth is limited by the options, in messages instead of brackets.
    input.disable_recursion_limit();
    let outcome = message.read_text(session.scope(), &mut input).and_then(|()| input.end());
    outcome.map_err(|error| fault(session, text, &error))
}

//! Canonical proto3 JSON: the helpers that generated serde implementations call.
//!
//! # What generated code looks like
//!
//! One [`Json`] implementation per message says which Rust field stands behind
//! which field of the message's table; [`messages!`](crate::messages) derives
//! the rest from it. `runtime/tests/json/kitchen.rs` holds a complete example.
//!
//! ```ignore
//! impl ::agentgen::codec::json::Json for Page {
//!     fn write<S: json::SerializeMap>(&self, out: &mut json::Writer<'_, S>) -> Result<(), S::Error> {
//!         out.field("title", &self.title)?;
//!         out.enumeration("color", &self.color, &COLOR)?;
//!         match &self.body {
//!             Some(page::Body::Text(value)) => out.present("text", value)?,
//!             Some(page::Body::Tint(value)) => out.present_enumeration("tint", value, &COLOR)?,
//!             None => {}
//!         }
//!         Ok(())
//!     }
//!
//!     fn read<'de, A: json::MapAccess<'de>>(
//!         &mut self,
//!         field: usize,
//!         value: json::Slot<'_, A>,
//!     ) -> Result<(), A::Error> {
//!         match field {
//!             0 => value.read(&mut self.title),
//!             1 => value.read_enumeration(&mut self.color, &COLOR),
//!             2 => value.read_oneof(&mut self.body, page::Body::Text),
//!             3 => value.read_oneof_enumeration(&mut self.body, page::Body::Tint, &COLOR),
//!             _ => value.skip(),
//!         }
//!     }
//! }
//!
//! pub static PAGE: MessageType = MessageType {
//!     name: "library.v1.Page",
//!     fields: &[/* title, color, text, tint, in this order */],
//!     new: codec::new::<Page>,
//!     rules: None,
//! };
//!
//! ::agentgen::messages! { types = descriptors::TYPES; Page => PAGE }
//! ```
//!
//! The index that `read` gets is that of the field in `MessageType::fields`;
//! the name that `write` passes is its JSON name. The calls depend on nothing
//! but the cardinality, and on whether the kind is an enum:
//!
//! | field | Rust type | `write` | `read` |
//! |---|---|---|---|
//! | implicit presence | `T` | `out.field("n", &self.n)?` | `value.read(&mut self.n)` |
//! | `optional`, message, group | `Option<T>`, `Option<Box<T>>` | the same | the same |
//! | `repeated` | `Vec<T>` | the same | the same |
//! | `map` | `BTreeMap<K, T>` | the same | the same |
//! | `required` | `T` | `out.present("n", &self.n)?` | the same |
//! | in a oneof | variant of `T` or `Box<T>` | `out.present("n", value)?` in its arm | `value.read_oneof(&mut self.o, o::Variant)` |
//! | enum, any but the next two | `i32`, `Option`, `Vec`, `BTreeMap` of it | `out.enumeration("n", &self.n, &COLOR)?` | `value.read_enumeration(&mut self.n, &COLOR)` |
//! | `required` enum | `i32` | `out.present_enumeration("n", &self.n, &COLOR)?` | the same |
//! | enum in a oneof | variant of `i32` | `out.present_enumeration("n", value, &COLOR)?` in its arm | `value.read_oneof_enumeration(&mut self.o, o::Variant, &COLOR)` |
//!
//! `T` may be any scalar, `String`, `Vec<u8>`, a message of the contract or a
//! well-known type; none of these needs code of its own:
//!
//! - **Wrappers** (`google.protobuf.Int64Value` …) are Rust scalars in prost,
//!   and have the JSON form of these. `Empty` is `()`.
//! - **`NullValue`** is an enum whose table is [`wkt::NULL_VALUE`].
//! - **`Any`** finds its types in the list after `types =`: every message
//!   static of the contract, in one `&[&MessageType]` that all `messages!` of
//!   the contract name. The well-known types need not be in it.
//! - **Tables** of well-known types are in [`wkt`]:
//!   `Kind::Message(&wkt::TIMESTAMP)`. Messages of `google.protobuf` that have
//!   none (`Api`, `Type`, descriptors) are messages like any other, and are
//!   generated.
//! - A **oneof** is written where its first member is declared; where members
//!   and other fields mix, the order in JSON is that of the calls.
//! - A message without fields implements both methods with an empty body
//!   (`Ok(())`, `value.skip()`).
//!
//! # What holds for every message
//!
//! Both names of a field are accepted, each field at most once; `null` is
//! absence, except for `Value` and `NullValue`, and is refused in lists and
//! maps; members of one oneof exclude each other. Unknown fields and unknown
//! names of enum values are ignored or refused, as [`Options`] say. Errors
//! carry the JSON path of the fault. Depth is limited by [`Options::max_depth`]
//! where the text is read by this crate; a `Deserialize` on a foreign
//! deserializer has the limit of that one too. An `Any` is limited on the way out
//! as well, since its bytes can nest without one.
//!
//! [`wkt`]: crate::codec::wkt
//! [`wkt::NULL_VALUE`]: crate::codec::wkt::NULL_VALUE

mod enumeration;
mod fault;
mod key;
mod number;
mod options;
mod out;
mod part;
mod read;
mod scope;
mod shape;
mod skip;
mod text;
mod value;
mod write;

pub use enumeration::Enumeration;
pub use key::Key;
pub use options::{Options, Types};
pub use part::{field_from_json, field_json};
pub use read::{Slot, deserialize, read, read_message};
pub use scope::Scope;
pub use shape::Shape;
pub use value::{Form, Plain, Value};
pub use write::{Writer, serialize, write, write_message};

pub(in crate::codec) use fault::placed;
pub(crate) use fault::without_position;
pub(crate) use number::{parse_float, parse_float32};
pub(crate) use out::Verbatim;
pub(crate) use skip::skip;
pub(crate) use text::decode_base64;

/// What the generated code of messages names beside them.
#[doc(hidden)]
pub use {
    out::{Members, Text},
    read::Input,
    read::read_text,
    serde_json::Error,
    write::write_text,
};

pub use serde::de::MapAccess;
pub use serde::ser::SerializeMap;

/// The fields of a message in JSON: what generated code implements.
pub trait Json: Default {
    /// Writes the fields, in the order of their declaration.
    ///
    /// # Errors
    /// A field has no JSON form, or the serializer failed.
    fn write<S: SerializeMap>(&self, out: &mut Writer<'_, S>) -> Result<(), S::Error>;

    /// Reads the field at `field` in the fields of the message's type.
    ///
    /// # Errors
    /// The input is no value of the field.
    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        field: usize,
        value: Slot<'_, A>,
    ) -> Result<(), A::Error>;
}

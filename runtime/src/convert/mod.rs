//! Between a user's own types and a contract's: what `#[derive(AgentMessage)]`
//! implements, and the conversions of single values that it is made from.
//!
//! | in the contract | in the user's type |
//! |---|---|
//! | a scalar, `string`, `bytes` | the same type in Rust; smaller integers; `usize` and `isize` for 64 bits; `bytes::Bytes` |
//! | an enum | `i32`, or an enum that derives `AgentMessage` |
//! | a message | a struct that derives `AgentMessage`, or the generated type |
//! | a oneof | an enum that derives `AgentMessage` |
//! | `repeated`, `map` | `Vec`, `HashMap` or `BTreeMap` of these |
//! | `google.protobuf.Duration` | `std::time::Duration`; with features `chrono::TimeDelta`, `jiff::SignedDuration` |
//! | `google.protobuf.Timestamp` | `std::time::SystemTime`; with features `chrono::DateTime<Utc>`, `jiff::Timestamp` |
//! | `google.protobuf.Struct`, `Value` | `serde_json::Map`, `serde_json::Value` |
//! | `string` | with features `uuid::Uuid`, `url::Url` |
//!
//! # JSON Schema of the same type
//!
//! `schemars::JsonSchema` describes what serde would write, and `ProtoJSON` differs
//! from that. The schema of the contract (`agentgen gen --emit json-schema`) is right
//! in any case; a derived one agrees with it under these attributes:
//!
//! | in the contract | on the type or its field |
//! |---|---|
//! | any message | `#[schemars(rename_all = "camelCase")]`, `rename` where `json_name` is stated |
//! | an enum | `#[schemars(rename = "STATE_OPEN")]` on each variant |
//! | a 64-bit integer, a text in JSON | `#[schemars(with = "String")]` |
//! | `bytes`, base64 in JSON | `#[schemars(with = "String")]` |
//! | `google.protobuf.Duration`, `Timestamp`, texts in JSON | `#[schemars(with = "String")]` |
//! | a oneof, whose members stand beside the other fields | `#[schemars(flatten)]` on the field, `rename_all = "camelCase"` on the enum |
//! | a field that `skip` leaves out | `#[schemars(skip)]` |
//!
//! A field that is no `Option` is required in a derived schema, and not in the
//! contract's, where leaving it out means its default. Rules of `buf.validate` are
//! in the contract's schema alone.
//!
//! # What is required, and what is hidden
//!
//! Required are `required` of proto2, `google.api.field_behavior = REQUIRED` and
//! `required` of `buf.validate`; a oneof that has to be set counts as one. A type that
//! is called as its message is has to state the generated one (`rust = …`). Where it is
//! private and the contract's items are in its scope too, the compiler warns that it
//! hides one of them (`hidden_glob_reexports`): generate the contract in a module of its
//! own, `mod wire { agentgen::contract!("…"); }`.

mod collections;
mod json;
mod scalars;
mod slots;
mod text;
mod time;

use std::fmt::Display;

#[doc(hidden)]
pub use self::slots::{Slot, is_of, member_slot, optional_slot, slot};
pub use crate::codec::WireError;

/// A type that stands for a value of a contract. `W` is the type that generated
/// code has in its place.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand for `{W}` of the contract",
    label = "no conversion from and to `{W}`",
    note = "derive `AgentMessage` for `{Self}`, or state `#[agent(try_from)]` where it implements \
            `TryFrom` and `Into`"
)]
pub trait Convert<W>: Sized {
    /// The enum of the contract that this is derived for, or holds: fields have all enums
    /// as numbers, and the numbers of one mean something else in another.
    #[doc(hidden)]
    const ENUM: Option<&'static str> = None;

    /// The value of the contract.
    fn into_wire(self) -> W;

    /// The user's value.
    ///
    /// # Errors
    /// The value is none of this type; the path starts below the value.
    fn from_wire(wire: W) -> Result<Self, WireError>;
}

/// Both conversions of a type.
#[doc(hidden)]
pub struct Conversions<T, W> {
    /// [`Convert::into_wire`]
    pub into_wire: fn(T) -> W,
    /// [`Convert::from_wire`]
    pub from_wire: fn(W) -> Result<T, WireError>,
    /// [`Convert::ENUM`]
    pub of: Option<&'static str>,
}

/// Both conversions of a type. Either way asks for them in the same words, which the
/// compiler answers once where there are none.
#[doc(hidden)]
pub const fn conversions<T: Convert<W>, W>() -> Conversions<T, W> {
    Conversions { into_wire: T::into_wire, from_wire: T::from_wire, of: T::ENUM }
}

/// A value by the type's own `TryFrom`: `#[agent(try_from)]`.
#[doc(hidden)]
pub fn checked<T, W>(wire: W) -> Result<T, WireError>
where
    T: TryFrom<W>,
    T::Error: Display,
{
    T::try_from(wire).map_err(|error| WireError::new("", error.to_string()))
}

/// A field that is always there.
#[doc(hidden)]
pub fn field<T, W>(
    name: &str,
    wire: W,
    read: impl FnOnce(W) -> Result<T, WireError>,
) -> Result<T, WireError> {
    read(wire).map_err(|error| error.inside(name))
}

/// A field that may be absent.
#[doc(hidden)]
pub fn optional<T, W>(
    name: &str,
    wire: Option<W>,
    read: impl FnOnce(W) -> Result<T, WireError>,
) -> Result<Option<T>, WireError> {
    wire.map(|wire| field(name, wire, read)).transpose()
}

/// A field that may be absent in the contract, and not in the user's type.
#[doc(hidden)]
pub fn required<T, W>(
    name: &str,
    wire: Option<W>,
    read: impl FnOnce(W) -> Result<T, WireError>,
) -> Result<T, WireError> {
    optional(name, wire, read)?.ok_or_else(|| WireError::new(name, "must be set"))
}

/// As [`required`], for a oneof: its name is in no path, unless none of its members is set.
#[doc(hidden)]
pub fn required_oneof<T, W>(
    name: &str,
    wire: Option<W>,
    read: impl FnOnce(W) -> Result<T, WireError>,
) -> Result<T, WireError> {
    wire.map_or_else(|| Err(WireError::new(name, "must be set")), read)
}

/// A list whose elements convert one by one.
#[doc(hidden)]
pub fn list<T, W>(
    name: &str,
    wire: Vec<W>,
    read: impl Fn(W) -> Result<T, WireError>,
) -> Result<Vec<T>, WireError> {
    collections::each(wire, read).map_err(|error| error.inside(name))
}

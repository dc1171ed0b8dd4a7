//! What the messages of the tests share: the enum, the helper of their
//! tables, and the list of types that `Any` may hold.

use agentgen::codec::json::Types;
use agentgen::codec::{Cardinality, EnumType, EnumValue, Field, Kind};

use crate::kitchen::SINK;
use crate::proto2::LEGACY;

/// Every message of this contract.
pub(crate) static TYPES: Types = &[&SINK, &LEGACY];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(crate) enum Color {
    Unspecified = 0,
    Red = 1,
    Blue = -1,
}

pub(crate) static COLOR: EnumType = EnumType {
    name: "kitchen.v1.Color",
    values: &[
        EnumValue { name: "COLOR_UNSPECIFIED", number: 0 },
        EnumValue { name: "COLOR_RED", number: 1 },
        EnumValue { name: "COLOR_CRIMSON", number: 1 },
        EnumValue { name: "COLOR_BLUE", number: -1 },
    ],
    closed: false,
};

pub(crate) const fn field(
    name: &'static str,
    json: &'static str,
    number: u32,
    cardinality: Cardinality,
    kind: Kind,
) -> Field {
    Field { name, json, number, cardinality, kind }
}

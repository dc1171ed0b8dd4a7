//! The static tables of the well-known types.

use prost_types::{Any, Duration, FieldMask, ListValue, Struct, Timestamp, Value};

use crate::codec::{Cardinality, EnumType, EnumValue, Field, Kind, MessageType, new};

/// `google.protobuf.NullValue`: JSON `null`.
pub static NULL_VALUE: EnumType = EnumType {
    name: "google.protobuf.NullValue",
    values: &[EnumValue { name: "NULL_VALUE", number: 0 }],
    closed: false,
};

const fn field(name: &'static str, json: &'static str, number: u32, kind: Kind) -> Field {
    Field { name, json, number, cardinality: Cardinality::Implicit, kind }
}

const fn holding(cardinality: Cardinality, field: Field) -> Field {
    Field { cardinality, ..field }
}

macro_rules! tables {
    ($($static:ident $name:literal $rust:ty [$($field:expr),*];)*) => {
        $(
            #[doc = concat!("`google.protobuf.", $name, "`")]
            pub static $static: MessageType = MessageType {
                name: concat!("google.protobuf.", $name),
                fields: &[$($field),*],
                new: new::<$rust>,
                rules: None,
            };

            $crate::__erased! { $rust, $static, &[] }
        )*

        /// Every well-known type that has a JSON form of its own.
        static ALL: &[&MessageType] = &[$(&$static),*];
    };
}

tables! {
    ANY "Any" Any [field("type_url", "typeUrl", 1, Kind::String), field("value", "value", 2, Kind::Bytes)];
    BOOL_VALUE "BoolValue" bool [field("value", "value", 1, Kind::Bool)];
    BYTES_VALUE "BytesValue" Vec<u8> [field("value", "value", 1, Kind::Bytes)];
    DOUBLE_VALUE "DoubleValue" f64 [field("value", "value", 1, Kind::Double)];
    DURATION "Duration" Duration [
        field("seconds", "seconds", 1, Kind::Int64),
        field("nanos", "nanos", 2, Kind::Int32)
    ];
    EMPTY "Empty" () [];
    FIELD_MASK "FieldMask" FieldMask [
        holding(Cardinality::Repeated, field("paths", "paths", 1, Kind::String))
    ];
    FLOAT_VALUE "FloatValue" f32 [field("value", "value", 1, Kind::Float)];
    INT32_VALUE "Int32Value" i32 [field("value", "value", 1, Kind::Int32)];
    INT64_VALUE "Int64Value" i64 [field("value", "value", 1, Kind::Int64)];
    LIST_VALUE "ListValue" ListValue [
        holding(Cardinality::Repeated, field("values", "values", 1, Kind::Message(&VALUE)))
    ];
    STRING_VALUE "StringValue" String [field("value", "value", 1, Kind::String)];
    STRUCT "Struct" Struct [
        holding(Cardinality::Map(&Kind::String), field("fields", "fields", 1, Kind::Message(&VALUE)))
    ];
    TIMESTAMP "Timestamp" Timestamp [
        field("seconds", "seconds", 1, Kind::Int64),
        field("nanos", "nanos", 2, Kind::Int32)
    ];
    UINT32_VALUE "UInt32Value" u32 [field("value", "value", 1, Kind::Uint32)];
    UINT64_VALUE "UInt64Value" u64 [field("value", "value", 1, Kind::Uint64)];
    VALUE "Value" Value [
        holding(Cardinality::Oneof(0), field("null_value", "nullValue", 1, Kind::Enum(&NULL_VALUE))),
        holding(Cardinality::Oneof(0), field("number_value", "numberValue", 2, Kind::Double)),
        holding(Cardinality::Oneof(0), field("string_value", "stringValue", 3, Kind::String)),
        holding(Cardinality::Oneof(0), field("bool_value", "boolValue", 4, Kind::Bool)),
        holding(Cardinality::Oneof(0), field("struct_value", "structValue", 5, Kind::Message(&STRUCT))),
        holding(Cardinality::Oneof(0), field("list_value", "listValue", 6, Kind::Message(&LIST_VALUE)))
    ];
}

/// The well-known type of this full name.
pub(crate) fn find(name: &str) -> Option<&'static MessageType> {
    if !name.starts_with("google.protobuf.") {
        return None;
    }
    ALL.iter().copied().find(|known| known.name == name)
}

/// Whether the JSON form is no object of the type's fields, so that an `Any`
/// holds it as its `value`.
pub(crate) fn is_special(of: &MessageType) -> bool {
    find(of.name).is_some() && of.name != EMPTY.name
}

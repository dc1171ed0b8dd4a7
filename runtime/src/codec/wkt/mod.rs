//! The well-known types as messages: their tables, their JSON forms, and
//! their implementations of [`Message`](super::Message). Wrappers and `Empty`
//! are Rust's own types, as prost maps them.

mod any;
mod duration;
mod empty;
mod field_mask;
mod structure;
mod tables;
mod timestamp;

pub(crate) use field_mask::parse as parse_field_mask;
pub use tables::{
    ANY, BOOL_VALUE, BYTES_VALUE, DOUBLE_VALUE, DURATION, EMPTY, FIELD_MASK, FLOAT_VALUE,
    INT32_VALUE, INT64_VALUE, LIST_VALUE, NULL_VALUE, STRING_VALUE, STRUCT, TIMESTAMP,
    UINT32_VALUE, UINT64_VALUE, VALUE,
};
pub(crate) use tables::{find, is_special};

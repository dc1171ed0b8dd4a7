//! The binary encoding, as a protobuf runtime writes and reads it under one
//! side's schema.

mod read;
mod write;

pub use read::read;
pub(super) use read::{read_partial, set};
pub use write::write;
pub(super) use write::{enum_value, field_of};

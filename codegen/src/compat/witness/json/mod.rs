//! The JSON mapping, as a protobuf runtime writes and reads it under one
//! side's schema.

mod number;
mod read;
mod scalar;
mod well_known;
mod write;

pub(super) use read::read_partial;
pub use read::{UnknownNames, read};
pub use write::{shown, shown_value, write};

//! Reads encoded descriptors where they lie, without copying and without a
//! pool. It survives what a pool does not: editions, options whose definition
//! is missing, names that nothing declares.

mod wire;

pub use wire::{Fields, Malformed, Value, varint};

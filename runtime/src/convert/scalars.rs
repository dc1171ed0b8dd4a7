//! Scalars: the same type, and integers that hold fewer values.

use super::{Convert, WireError};

/// Types that generated code and users hold alike.
macro_rules! same {
    ($($ty:ty),* $(,)?) => {$(
        impl Convert<Self> for $ty {
            fn into_wire(self) -> Self {
                self
            }

            fn from_wire(wire: Self) -> Result<Self, WireError> {
                Ok(wire)
            }
        }
    )*};
}

same!(
    (),
    bool,
    f32,
    f64,
    i32,
    i64,
    u32,
    u64,
    String,
    Vec<u8>,
    bytes::Bytes,
    prost_types::Any,
    prost_types::Duration,
    prost_types::FieldMask,
    prost_types::ListValue,
    prost_types::Struct,
    prost_types::Timestamp,
    prost_types::Value,
);

impl Convert<Vec<u8>> for bytes::Bytes {
    fn into_wire(self) -> Vec<u8> {
        self.into()
    }

    fn from_wire(wire: Vec<u8>) -> Result<Self, WireError> {
        Ok(wire.into())
    }
}

/// Integers whose every value fits into the contract's.
macro_rules! narrower {
    ($($ty:ty => $wire:ty),* $(,)?) => {$(
        impl Convert<$wire> for $ty {
            fn into_wire(self) -> $wire {
                self.into()
            }

            fn from_wire(wire: $wire) -> Result<Self, WireError> {
                wire.try_into().map_err(|_| outside(wire, Self::MIN, Self::MAX))
            }
        }
    )*};
}

narrower!(i8 => i32, i16 => i32, u8 => u32, u16 => u32, i32 => i64, u32 => u64);

/// Integers of the machine's size, which is at most the contract's.
macro_rules! sized {
    ($($ty:ty => $wire:ty),*) => {$(
        impl Convert<$wire> for $ty {
            fn into_wire(self) -> $wire {
                self as $wire
            }

            fn from_wire(wire: $wire) -> Result<Self, WireError> {
                wire.try_into().map_err(|_| outside(wire, Self::MIN, Self::MAX))
            }
        }
    )*};
}

sized!(usize => u64, isize => i64);

fn outside<T: std::fmt::Display>(
    found: impl std::fmt::Display,
    least: T,
    greatest: T,
) -> WireError {
    WireError::new("", format!("{found} is not between {least} and {greatest}"))
}

//! Values of rules: from their encoding to an ordinal, and to text.

use super::super::encoded::{Encoded, Packed};
use super::roles::Scalar;

/// The nanoseconds of a second.
const NANOS: i128 = 1_000_000_000;

impl Scalar {
    /// How lists of its values are packed.
    pub(super) fn packed(self) -> Packed {
        match self {
            Self::Fixed32(_) | Self::Float => Packed::Fixed32,
            Self::Fixed64(_) | Self::Double => Packed::Fixed64,
            _ => Packed::Varint,
        }
    }

    /// The ordinal of a number as it is encoded.
    pub(super) fn ordinal(self, encoded: u64) -> i128 {
        match self {
            Self::Varint(_, _, true) => {
                i128::from((encoded >> 1).cast_signed() ^ -(encoded & 1).cast_signed())
            }
            Self::Varint(low, _, false) if low < 0 => i128::from(encoded.cast_signed()),
            Self::Fixed64(true) | Self::Enum => i128::from(encoded.cast_signed()),
            Self::Fixed32(true) => i128::from(low_half(encoded).cast_signed()),
            Self::Float => order_of(f64::from(f32::from_bits(low_half(encoded)))),
            Self::Double => order_of(f64::from_bits(encoded)),
            _ => i128::from(encoded),
        }
    }

    /// The least and the greatest ordinal of the type.
    pub(super) fn domain(self) -> (i128, i128) {
        match self {
            Self::Varint(low, high, _) => (low, high),
            Self::Fixed32(true) | Self::Enum => (i32::MIN.into(), i32::MAX.into()),
            Self::Fixed32(false) => (0, u32::MAX.into()),
            Self::Fixed64(true) => (i64::MIN.into(), i64::MAX.into()),
            Self::Fixed64(false) => (0, u64::MAX.into()),
            Self::Bool => (0, 1),
            Self::Float | Self::Double => (order_of(f64::NEG_INFINITY), order_of(f64::INFINITY)),
            Self::Text | Self::Bytes | Self::Time | Self::None => (i128::MIN, i128::MAX),
        }
    }

    /// A number as a contract writes it.
    pub(super) fn show(self, encoded: u64) -> String {
        match self {
            Self::Float => f32::from_bits(low_half(encoded)).to_string(),
            Self::Double => f64::from_bits(encoded).to_string(),
            Self::Bool => (encoded != 0).to_string(),
            _ => self.ordinal(encoded).to_string(),
        }
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "32-bit values were widened when they were read"
)]
fn low_half(encoded: u64) -> u32 {
    encoded as u32
}

/// The place of a number among all of its kind, so that whole numbers compare
/// as they do. Both zeros are one.
fn order_of(number: f64) -> i128 {
    let bits = i128::from((number.abs().to_bits()).cast_signed());
    if number < 0.0 { -bits } else { bits }
}

/// The nanoseconds of a `Duration` or a `Timestamp`.
pub(super) fn nanoseconds(time: &Encoded<'_>) -> i128 {
    let seconds = i128::from(time.int64(1).unwrap_or(0));
    seconds * NANOS + i128::from(time.int32(2).unwrap_or(0))
}

/// Nanoseconds as seconds.
pub(super) fn show_seconds(nanoseconds: i128) -> String {
    let (whole, rest) = (nanoseconds / NANOS, (nanoseconds % NANOS).abs());
    let sign = if nanoseconds < 0 && whole == 0 { "-" } else { "" };
    let fraction = if rest == 0 { String::new() } else { format!(".{rest:09}") };
    format!("{sign}{whole}{}s", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_keep_the_order_of_numbers() {
        let numbers = [f64::NEG_INFINITY, -2.5, -0.0, 0.0, 1e-300, 1.0, 1.5, f64::INFINITY];
        assert!(numbers.map(order_of).is_sorted());
        assert_eq!(order_of(-0.0), order_of(0.0));
        let sint = Scalar::Varint(-10, 10, true);
        assert_eq!([0, 1, 2, 3].map(|bits| sint.ordinal(bits)), [0, -1, 1, -2]);
        assert_eq!(Scalar::Varint(-10, 10, false).ordinal(u64::MAX), -1);
        assert_eq!(Scalar::Fixed32(true).ordinal(u32::MAX.into()), -1);
    }

    #[test]
    fn seconds_are_shown_without_needless_digits() {
        assert_eq!(show_seconds(1_500_000_000), "1.5s");
        assert_eq!(show_seconds(-500_000_000), "-0.5s");
        assert_eq!(show_seconds(3 * NANOS), "3s");
    }
}

//! Numbers: 32-bit integers as JSON numbers, 64-bit ones as strings, floats
//! as numbers or the strings `NaN`, `Infinity` and `-Infinity`. Reading takes
//! numbers and strings for all of them.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserialize as _, Error, Unexpected, Visitor};
use serde::{Deserializer, Serializer};
use serde_json::value::RawValue;

use super::fault::shortened;
use super::{Scope, Value};

/// An integer type of protobuf.
trait Integer: Copy + Default + TryFrom<i128> + FromStr {
    const EXPECTED: &'static str;
}

impl Integer for i32 {
    const EXPECTED: &'static str = "a 32-bit integer";
}
impl Integer for i64 {
    const EXPECTED: &'static str = "a 64-bit integer";
}
impl Integer for u32 {
    const EXPECTED: &'static str = "an unsigned 32-bit integer";
}
impl Integer for u64 {
    const EXPECTED: &'static str = "an unsigned 64-bit integer";
}

/// Reads an integer.
///
/// A number with a fraction or an exponent, which few writers write, comes as a
/// float, and may have been rounded. Where the text is at hand, it is then read once
/// more, its numbers as they stand there ([`Scope::is_exact`]).
fn read_integer<'de, T: Integer, D: Deserializer<'de>>(
    scope: Scope<'_>,
    input: D,
) -> Result<T, D::Error> {
    if scope.is_exact() {
        return exact(scope, <&RawValue>::deserialize(input)?);
    }
    input.deserialize_any(IntegerVisitor { scope, of: PhantomData })
}

/// The integer that a JSON value is which has been read once.
#[cold]
fn exact<T: Integer, E: Error>(scope: Scope<'_>, value: &RawValue) -> Result<T, E> {
    let visitor = IntegerVisitor { scope, of: PhantomData };
    let text = value.get();
    if !text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        return value.deserialize_any(visitor).map_err(E::custom);
    }
    parse_integer(text).and_then(|integer| T::try_from(integer).ok()).ok_or_else(|| {
        let kind = if text.contains(['.', 'e', 'E']) { "floating point" } else { "integer" };
        let found = format!("{kind} `{}`", shortened(text));
        scope.ending_at(text, E::invalid_value(Unexpected::Other(&found), &visitor))
    })
}

struct IntegerVisitor<'a, T> {
    scope: Scope<'a>,
    of: PhantomData<T>,
}

impl<T: Integer> Visitor<'_> for IntegerVisitor<'_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        T::try_from(value.into()).map_err(|_| E::invalid_value(Unexpected::Signed(value), &self))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        T::try_from(value.into()).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        // Rounding makes integers of others, and never others of integers.
        if value.fract() == 0.0 && self.scope.demand_exact() {
            return Ok(T::default());
        }
        integer_of(value)
            .and_then(|integer| T::try_from(integer).ok())
            .ok_or_else(|| E::invalid_value(Unexpected::Float(value), &self))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        plain(text)
            .or_else(|| parse_integer(text).and_then(|integer| T::try_from(integer).ok()))
            .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// The short way to what writers write: digits that no zero leads.
fn plain<T: FromStr>(text: &str) -> Option<T> {
    match text.as_bytes() {
        [b'1'..=b'9', ..] | [b'-', b'1'..=b'9', ..] => text.parse().ok(),
        _ => None,
    }
}

/// The integer that a float is, if it is one, and so small that no other is rounded
/// to it.
pub(crate) fn integer_of(value: f64) -> Option<i128> {
    const UNSAFE: f64 = 9_007_199_254_740_992.0;
    let integral = value.fract() == 0.0 && value.abs() < UNSAFE;
    #[expect(clippy::cast_possible_truncation, reason = "integral and far below the limit of i128")]
    integral.then_some(value as i128)
}

/// The integer that the text of a JSON number is: `12`, `-1`, `1e3`, `5.0`.
pub(crate) fn parse_integer(text: &str) -> Option<i128> {
    let number = Decimal::parse(text)?;
    let fraction = number.fraction.trim_end_matches('0');
    let zeros = match fraction {
        "" => number.integer.bytes().rev().take_while(|digit| *digit == b'0').count(),
        _ => 0,
    };
    let digits = number.integer.get(..number.integer.len() - zeros)?;
    // The last digit is none that an exponent could take away.
    let mut value = 0_i128;
    for digit in digits.bytes().chain(fraction.bytes()) {
        value = value.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
    }
    if value != 0 {
        let moved = i64::try_from(zeros).ok()? - i64::try_from(fraction.len()).ok()?;
        let exponent = u32::try_from(i64::from(number.exponent) + moved).ok()?;
        value = value.checked_mul(10_i128.checked_pow(exponent)?)?;
    }
    Some(if number.negative { -value } else { value })
}

/// The parts of a number in the grammar of JSON.
struct Decimal<'a> {
    negative: bool,
    integer: &'a str,
    fraction: &'a str,
    exponent: i32,
}

impl<'a> Decimal<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (rest, None),
        };
        let (integer, fraction) = match mantissa.split_once('.') {
            Some((integer, fraction)) => (integer, Some(fraction)),
            None => (mantissa, None),
        };
        let leading_zero = integer.len() > 1 && integer.starts_with('0');
        if !is_digits(integer) || leading_zero || fraction.is_some_and(|text| !is_digits(text)) {
            return None;
        }
        let exponent = match exponent {
            None => 0,
            Some(text) => {
                let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
                is_digits(digits).then(|| text.parse().ok())??
            }
        };
        Some(Self { negative, integer, fraction: fraction.unwrap_or_default(), exponent })
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A float type of protobuf.
trait Float: Copy {
    const EXPECTED: &'static str;
    fn narrow(value: f64) -> Option<Self>;
    fn parse(text: &str) -> Option<Self>;
}

impl Float for f64 {
    const EXPECTED: &'static str = "a number";

    fn narrow(value: f64) -> Option<Self> {
        Some(value)
    }

    fn parse(text: &str) -> Option<Self> {
        parse_float(text)
    }
}

impl Float for f32 {
    const EXPECTED: &'static str = "a number in the range of a 32-bit float";

    #[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is what `float` means")]
    fn narrow(value: f64) -> Option<Self> {
        let narrow = value as Self;
        (narrow.is_finite() || !value.is_finite()).then_some(narrow)
    }

    fn parse(text: &str) -> Option<Self> {
        parse_float32(text)
    }
}

/// A JSON number in a string, or one of the three that JSON numbers lack.
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => {
            Decimal::parse(text)?;
            text.parse().ok().filter(|value: &f64| value.is_finite())
        }
    }
}

/// As [`parse_float`], in the range of an `f32`.
pub(crate) fn parse_float32(text: &str) -> Option<f32> {
    parse_float(text).and_then(f32::narrow)
}

struct FloatVisitor<T>(PhantomData<T>);

impl<T: Float> Visitor<'_> for FloatVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        T::narrow(value).ok_or_else(|| E::invalid_value(Unexpected::Float(value), &self))
    }

    #[expect(clippy::cast_precision_loss, reason = "rounding to a float is what the field means")]
    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        self.visit_f64(value as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "rounding to a float is what the field means")]
    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        self.visit_f64(value as f64)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::parse(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// The string form of a float that is no JSON number.
fn special(value: f64) -> &'static str {
    if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

macro_rules! integer {
    ($($type:ident $write:expr;)*) => {$(
        impl Value for $type {
            fn is_default(&self) -> bool {
                *self == 0
            }

            fn write<S: Serializer>(&self, _: Scope<'_>, out: S) -> Result<S::Ok, S::Error> {
                $write(out, self)
            }

            fn read<'de, D: Deserializer<'de>>(
                &mut self,
                scope: Scope<'_>,
                input: D,
            ) -> Result<(), D::Error> {
                *self = read_integer(scope, input)?;
                Ok(())
            }
        }
    )*};
}

integer! {
    i32 |out: S, value: &i32| out.serialize_i32(*value);
    u32 |out: S, value: &u32| out.serialize_u32(*value);
    i64 |out: S, value: &i64| out.serialize_str(itoa::Buffer::new().format(*value));
    u64 |out: S, value: &u64| out.serialize_str(itoa::Buffer::new().format(*value));
}

impl Value for f64 {
    fn is_default(&self) -> bool {
        // A negative zero is a value of its own.
        self.to_bits() == 0
    }

    fn write<S: Serializer>(&self, _: Scope<'_>, out: S) -> Result<S::Ok, S::Error> {
        if self.is_finite() { out.serialize_f64(*self) } else { out.serialize_str(special(*self)) }
    }

    fn read<'de, D: Deserializer<'de>>(&mut self, _: Scope<'_>, input: D) -> Result<(), D::Error> {
        *self = input.deserialize_any(FloatVisitor(PhantomData))?;
        Ok(())
    }
}

impl Value for f32 {
    fn is_default(&self) -> bool {
        self.to_bits() == 0
    }

    fn write<S: Serializer>(&self, scope: Scope<'_>, out: S) -> Result<S::Ok, S::Error> {
        if self.abs() < Self::MAX {
            return out.serialize_f32(*self);
        }
        // The shortest decimal of the largest float lies above it as an f64,
        // and readers that check the range in f64 refuse it.
        f64::from(*self).write(scope, out)
    }

    fn read<'de, D: Deserializer<'de>>(&mut self, _: Scope<'_>, input: D) -> Result<(), D::Error> {
        *self = input.deserialize_any(FloatVisitor(PhantomData))?;
        Ok(())
    }
}

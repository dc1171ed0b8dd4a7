//! Numbers as the JSON mapping takes them: as numbers or as strings, integers with an
//! exponent or a fraction of zero, within the range of their type.

use serde_json::Value as Json;

use crate::compat::witness::error::ReadError;

/// An integer from `least` to `most`.
pub(super) fn integer(json: &Json, least: i128, most: i128) -> Result<i128, ReadError> {
    let refused = || ReadError::new(format!("`{json}` is not an integer of the field's type"));
    let value = match json {
        Json::Number(number) => whole(&number.to_string()),
        Json::String(text) => whole(text),
        _ => None,
    };
    value.filter(|value| (least..=most).contains(value)).ok_or_else(refused)
}

#[expect(clippy::cast_possible_truncation, reason = "whole and in the range of i128")]
fn whole(text: &str) -> Option<i128> {
    if text.starts_with('+') || text.trim() != text {
        return None;
    }
    text.parse().ok().or_else(|| {
        let value: f64 = text.parse().ok()?;
        (value.fract() == 0.0 && value.abs() < 1e30).then_some(value as i128)
    })
}

/// A double.
pub(super) fn double(json: &Json) -> Result<f64, ReadError> {
    let refused = || ReadError::new(format!("`{json}` is not a number of the field's type"));
    match json {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => match &**text {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            text if text.trim() != text => None,
            text => text.parse().ok().filter(|value: &f64| value.is_finite()),
        },
        _ => None,
    }
    .ok_or_else(refused)
}

/// A float.
#[expect(clippy::cast_possible_truncation, reason = "rounding to the nearest float is meant")]
pub(super) fn float(json: &Json) -> Result<f32, ReadError> {
    let wide = double(json)?;
    let value = wide as f32;
    if value.is_infinite() && wide.is_finite() {
        return Err(ReadError::new(format!("`{json}` is beyond the range of a float")));
    }
    Ok(value)
}

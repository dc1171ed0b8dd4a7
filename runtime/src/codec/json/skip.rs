//! Passing over a value that no field takes.

use serde::de::{Error, IgnoredAny, MapAccess};
use serde_json::value::RawValue;

use super::Scope;

/// Passes over the value of an unknown field. It is checked to be JSON, and to
/// be no deeper than a known one might be; a foreign deserializer has a limit of
/// its own.
pub(crate) fn skip<'de, A: MapAccess<'de>>(
    scope: Scope<'_>,
    input: &mut A,
) -> Result<(), A::Error> {
    if !scope.is_text() {
        return input.next_value::<IgnoredAny>().map(drop);
    }
    let value: &RawValue = input.next_value()?;
    scope.deeper(levels(value.get())).map(drop).map_err(A::Error::custom)
}

/// How many objects and lists stand in one another in a valid JSON value.
fn levels(value: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth -= 1,
            b'"' => pass_string(&mut bytes),
            _ => {}
        }
    }
    deepest
}

fn pass_string(bytes: &mut std::str::Bytes<'_>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::levels;

    #[test]
    fn levels_are_counted_outside_of_strings() {
        for (value, expected) in [
            ("1", 0),
            (r#""[{""#, 0),
            (r#""a\"[[""#, 0),
            (r#""\\""#, 0),
            ("[]", 1),
            (r#"[[],{"a]":[{}]}]"#, 4),
        ] {
            assert_eq!(levels(value), expected, "{value}");
        }
    }
}

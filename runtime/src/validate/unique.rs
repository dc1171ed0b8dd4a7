//! Whether the elements of a list are all different, in time that does not
//! grow with the square of a list that a caller chooses the length of.

use std::collections::HashSet;

use super::{List, Value};

#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Int(i64),
    Uint(u64),
    Bits(u64),
    Bytes(&'a [u8]),
}

/// Whether no two elements are equal. NaN equals nothing; messages are not
/// compared, and generation refuses the rule on them.
pub(super) fn unique(list: &dyn List) -> bool {
    distinct((0..list.len()).filter_map(|index| list.get(index)))
}

/// Whether no two of these are equal.
pub(super) fn distinct<'a>(values: impl Iterator<Item = Value<'a>>) -> bool {
    let mut seen = HashSet::with_capacity(values.size_hint().0);
    values.filter_map(key).all(|key| seen.insert(key))
}

fn key(value: Value<'_>) -> Option<Key<'_>> {
    match value {
        Value::Bool(value) => Some(Key::Uint(u64::from(value))),
        Value::Int(value) => Some(Key::Int(value)),
        Value::Uint(value) => Some(Key::Uint(value)),
        Value::Float(value) if value.is_nan() => None,
        // Both zeros are equal, and have different bits.
        Value::Float(value) => Some(Key::Bits((value + 0.0).to_bits())),
        Value::Text(text) => Some(Key::Bytes(text.as_bytes())),
        Value::Bytes(bytes) => Some(Key::Bytes(bytes)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_elements_are_found() {
        assert!(unique(&vec![1, 2, 3]));
        assert!(!unique(&vec![1, 2, 1]));
        assert!(!unique(&vec!["a".to_owned(), "a".to_owned()]));
    }

    #[test]
    fn floats_are_compared_as_numbers() {
        assert!(unique(&vec![f64::NAN, f64::NAN]));
        assert!(!unique(&vec![0.0, -0.0]));
    }
}

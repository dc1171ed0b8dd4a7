//! The value that a reader sees where none was written. Numbers, bools and
//! enums are one domain, strings and bytes another; a changed type is the
//! matter of other rules.

use crate::compat::anchor::out::Out;
use crate::compat::anchor::pairs::Pair;
use crate::compat::anchor::quote::{float, quoted};
use crate::compat::anchor::view::FieldView;
use crate::compat::schema::{Kind, Label};

/// A default.
#[derive(Clone, Debug, PartialEq)]
enum Default {
    /// Bools and enums too; `i128` holds every integer type.
    Integer(i128),
    Single(f32),
    Double(f64),
    Text(Vec<u8>),
}

impl Default {
    fn is_zero(&self) -> bool {
        match self {
            Self::Integer(value) => *value == 0,
            Self::Single(value) => value.to_bits() == 0,
            Self::Double(value) => value.to_bits() == 0,
            Self::Text(value) => value.is_empty(),
        }
    }

    #[allow(clippy::cast_possible_truncation, reason = "both widths are compared in the lower")]
    #[allow(clippy::float_cmp, reason = "the values are read, not computed")]
    fn same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Single(a), Self::Single(b)) => a == b || a.is_nan() && b.is_nan(),
            (Self::Double(a), Self::Double(b)) => a == b || a.is_nan() && b.is_nan(),
            (Self::Single(a), Self::Double(b)) | (Self::Double(b), Self::Single(a)) => {
                *a == *b as f32 || a.is_nan() && b.is_nan()
            }
            (Self::Single(a), Self::Integer(b)) | (Self::Integer(b), Self::Single(a)) => {
                equals_integer(f64::from(*a), *b)
            }
            (Self::Double(a), Self::Integer(b)) | (Self::Integer(b), Self::Double(a)) => {
                equals_integer(*a, *b)
            }
            (Self::Text(_), _) | (_, Self::Text(_)) => false,
        }
    }
}

/// Whether a float is exactly an integer.
#[allow(clippy::cast_possible_truncation, reason = "casts of floats saturate")]
#[allow(clippy::float_cmp, reason = "a float without fraction is its own truncation")]
fn equals_integer(float: f64, integer: i128) -> bool {
    float == float.trunc() && float.is_finite() && float as i128 == integer
}

pub(in crate::compat::anchor) fn same(pair: &Pair<FieldView<'_, '_>>, out: &mut Out<'_, '_, '_>) {
    let (Some(old), Some(new)) = (default(&pair.old), default(&pair.new)) else {
        return;
    };
    if old.is_zero() && new.is_zero() || old.same_as(&new) {
        return;
    }
    let (old, new) = (shown(&pair.old, &old), shown(&pair.new, &new));
    out.field(pair, &format!("changed default value from {old} to {new}."), |field| {
        field.default_location().or_else(|| field.location())
    });
}

/// The default of what can have one.
fn default(field: &FieldView<'_, '_>) -> Option<Default> {
    if field.field.label == Label::Repeated {
        return None;
    }
    let written = field.field.default;
    Some(match field.field.kind {
        Kind::Message | Kind::Group => return None,
        Kind::String => Default::Text(written.unwrap_or_default().as_bytes().to_vec()),
        Kind::Bytes => Default::Text(unescaped(written.unwrap_or_default())),
        Kind::Bool => Default::Integer(i128::from(written == Some("true"))),
        Kind::Enum => Default::Integer(enum_default(field)),
        Kind::Float => Default::Single(written.map_or(0.0, |text| text.parse().unwrap_or(0.0))),
        Kind::Double => Default::Double(written.map_or(0.0, |text| text.parse().unwrap_or(0.0))),
        _ => Default::Integer(written.map_or(0, |text| text.parse().unwrap_or(0))),
    })
}

/// The number of the value named, or else of the first one.
fn enum_default(field: &FieldView<'_, '_>) -> i128 {
    let schema = field.view.schema;
    let Some(id) = schema.enum_named(field.field.type_name) else {
        return 0;
    };
    let values = &schema.enumeration(id).values;
    let named = field.field.default.and_then(|name| values.iter().find(|v| v.name == name));
    named.or(values.first()).map_or(0, |value| value.number.into())
}

/// The bytes behind the escapes of `descriptor.proto`.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = text.bytes().peekable();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some(escape) = bytes.next() else { break };
        let (radix, most, mut value) = match escape {
            b'0'..=b'7' => (8, 2, u32::from(escape - b'0')),
            b'x' | b'X' => (16, 2, 0),
            _ => {
                out.push(simple_escape(escape));
                continue;
            }
        };
        for _ in 0..most {
            let Some(digit) = bytes.peek().and_then(|&b| char::from(b).to_digit(radix)) else {
                break;
            };
            value = value * radix + digit;
            bytes.next();
        }
        out.push(u8::try_from(value & 0xff).unwrap_or_default());
    }
    out
}

fn simple_escape(escape: u8) -> u8 {
    match escape {
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        other => other,
    }
}

/// A default as messages write it.
fn shown(field: &FieldView<'_, '_>, value: &Default) -> String {
    match value {
        Default::Integer(value) if field.field.kind == Kind::Bool => (*value != 0).to_string(),
        Default::Integer(value) if field.field.kind == Kind::Enum => enum_value(field, *value),
        Default::Integer(value) => value.to_string(),
        Default::Single(value) => float(&format!("{value:e}")),
        Default::Double(value) => float(&format!("{value:e}")),
        Default::Text(value) if field.field.kind == Kind::Bytes => {
            let bytes: Vec<_> = value.iter().map(|byte| format!("0x{byte:X}")).collect();
            format!("[{}]", bytes.join(","))
        }
        Default::Text(value) => quoted(&String::from_utf8_lossy(value)),
    }
}

fn enum_value(field: &FieldView<'_, '_>, number: i128) -> String {
    let schema = field.view.schema;
    let Some(id) = schema.enum_named(field.field.type_name) else {
        return number.to_string();
    };
    let found = schema.enumeration(id);
    match found.values.iter().find(|value| i128::from(value.number) == number) {
        Some(value) => format!("{}.{}", found.name, value.name),
        None => format!("{}.{number}(?)", found.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_stand_for_bytes() {
        assert_eq!(unescaped(r#"a\n\001\377\x4A\"\\"#), b"a\n\x01\xffJ\"\\");
    }

    #[test]
    fn numbers_of_all_types_are_one_domain() {
        assert!(Default::Integer(3).same_as(&Default::Single(3.0)));
        assert!(Default::Single(0.1).same_as(&Default::Double(0.1)));
        assert!(!Default::Integer(3).same_as(&Default::Double(3.5)));
        assert!(!Default::Integer(i128::from(u64::MAX)).same_as(&Default::Double(f64::INFINITY)));
        assert!(!Default::Text(b"3".to_vec()).same_as(&Default::Integer(3)));
    }
}

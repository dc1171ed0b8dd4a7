//! Predefined rules: extensions of the rules of a type, with expressions in the
//! options of the extension. In these, `rule` is the value that a field gives it.

use std::fmt::Write as _;

use prost_reflect::{DynamicMessage, ExtensionDescriptor, ReflectMessage as _, Value};
use prost_types::Timestamp;

use super::reading::{Reading, Typed};
use super::{FIELD_OPTIONS, expression, option, unsupported, words};
use crate::contract::model::{Location, Rule};

/// The number of `buf.validate.predefined`.
const PREDEFINED: i32 = 1160;

/// A predefined rule in use.
pub(super) struct Predefined {
    /// Where its expressions stand.
    pub(super) place: Location,
    /// The value it was given, as CEL writes it.
    pub(super) value: String,
}

/// The predefined rules among those of a type.
pub(super) fn rules(reading: &mut Reading<'_, '_>, typed: &Typed) -> Vec<Rule> {
    let mut found = Vec::new();
    for (extension, value) in typed.extensions() {
        match defined(reading, &extension, &value) {
            Ok((rules, predefined)) => {
                found.extend(expression::long(reading, &rules, Some(&predefined)));
            }
            Err(why) => {
                let place = reading.place.clone();
                unsupported(reading.lowering, &place, extension.full_name(), why);
            }
        }
    }
    found
}

/// The expressions of a predefined rule, and the value it was given.
fn defined(
    reading: &Reading<'_, '_>,
    extension: &ExtensionDescriptor,
    value: &Value,
) -> Result<(DynamicMessage, Predefined), &'static str> {
    let rules = option(reading.lowering, "buf.validate.predefined", &extension.options());
    let rules = rules.ok_or("the extension says by no expression what it means")?;
    if names_rules(&rules) {
        return Err("its expression reads other rules, by the name `rules`");
    }
    let value = literal(value).ok_or("its value is none that expressions know")?;
    let path = [extension.path(), &[FIELD_OPTIONS, PREDEFINED]].concat();
    let file = extension.parent_file();
    let place = reading.lowering.spans.place_within(file.name(), &path);
    Ok((rules, Predefined { place, value }))
}

/// Whether an expression has the word `rules`, which stands for all rules of the
/// type. Reads no CEL: a text or a field of this name is taken for one, too.
fn names_rules(rules: &DynamicMessage) -> bool {
    let list = rules.get_field_by_name("cel");
    let list = list.as_deref().and_then(Value::as_list).unwrap_or_default();
    list.iter().filter_map(Value::as_message).any(|rule| {
        let text = rule.get_field_by_name("expression");
        let text = text.as_deref().and_then(Value::as_str).unwrap_or_default();
        let mut words = text.split(|c: char| c != '_' && !c.is_ascii_alphanumeric());
        words.any(|word| word == "rules")
    })
}

/// A value as CEL writes it; `None` for maps, and for messages other than times.
fn literal(value: &Value) -> Option<String> {
    Some(match value {
        Value::Bool(value) => value.to_string(),
        Value::I32(number) | Value::EnumNumber(number) => number.to_string(),
        Value::I64(number) => number.to_string(),
        Value::U32(number) => format!("{number}u"),
        Value::U64(number) => format!("{number}u"),
        Value::F32(number) => double(f64::from(*number)),
        Value::F64(number) => double(*number),
        Value::String(text) => string(text),
        Value::Bytes(bytes) => bytes_literal(bytes),
        Value::List(list) => {
            let list: Option<Vec<String>> = list.iter().map(literal).collect();
            format!("[{}]", list?.join(", "))
        }
        Value::Message(message) => time(message)?,
        Value::Map(_) => return None,
    })
}

fn double(number: f64) -> String {
    if number.is_finite() { format!("{number:?}") } else { format!("double('{number}')") }
}

fn string(text: &str) -> String {
    let escaped = text.chars().fold(String::new(), |mut escaped, char| {
        // Writing to a string cannot fail.
        let _ = match char {
            '"' | '\\' => write!(escaped, "\\{char}"),
            _ if char.is_control() => write!(escaped, "\\u{:04x}", u32::from(char)),
            _ => write!(escaped, "{char}"),
        };
        escaped
    });
    format!("\"{escaped}\"")
}

fn bytes_literal(bytes: &[u8]) -> String {
    let escaped = bytes.iter().fold(String::new(), |mut escaped, byte| {
        // Writing to a string cannot fail.
        let _ = write!(escaped, "\\x{byte:02x}");
        escaped
    });
    format!("b\"{escaped}\"")
}

fn time(message: &DynamicMessage) -> Option<String> {
    let (seconds, nanos) = words::time(message)?;
    match message.descriptor().full_name() {
        "google.protobuf.Duration" => {
            let sign = if seconds < 0 || nanos < 0 { "-" } else { "" };
            Some(format!("duration('{sign}{}s{}ns')", seconds.abs(), nanos.abs()))
        }
        "google.protobuf.Timestamp" => {
            Some(format!("timestamp('{}')", Timestamp { seconds, nanos }))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_literals_of_cel() {
        let shown = |value: Value| literal(&value).expect("it has a literal");
        assert_eq!(shown(Value::I64(i64::MIN)), "-9223372036854775808");
        assert_eq!(shown(Value::U32(7)), "7u");
        assert_eq!(shown(Value::F32(2.0)), "2.0");
        assert_eq!(shown(Value::F64(1e300)), "1e300");
        assert_eq!(shown(Value::F64(f64::NAN)), "double('NaN')");
        assert_eq!(shown(Value::String("é\"\\\n".into())), r#""é\"\\\u000a""#);
        assert_eq!(shown(Value::Bytes(vec![0, 255].into())), r#"b"\x00\xff""#);
        assert_eq!(shown(Value::List(vec![Value::I32(1), Value::I32(-2)])), "[1, -2]");
    }
}

//! What a codec asks of a schema: the fields of a message with its extensions,
//! what they hold, under which JSON names, with which defaults.

use std::borrow::Cow;
use std::collections::HashMap;

use super::tree::{Tree, Value};
use crate::compat::schema::{
    Cardinality, Enum, Extension, Field, Kind, Label, Message, MessageId, Schema,
};
use crate::compat::shape::json_name;

/// One side's types.
#[derive(Debug)]
pub struct Types<'s, 'a> {
    /// The side.
    pub schema: &'s Schema<'a>,
    extensions: HashMap<&'s str, Vec<&'s Extension<'a>>>,
}

/// A field of a message, or an extension of it.
#[derive(Clone, Copy, Debug)]
pub struct Member<'s, 'a> {
    /// The field.
    pub field: &'s Field<'a>,
    /// How many values it holds.
    pub cardinality: Cardinality,
    /// The message that it belongs to.
    pub message: &'s Message<'a>,
    /// The extension, if it is one.
    pub extension: Option<&'s Extension<'a>>,
}

impl<'s, 'a> Types<'s, 'a> {
    /// The types of a side.
    pub fn new(schema: &'s Schema<'a>) -> Self {
        let mut extensions: HashMap<&str, Vec<_>> = HashMap::new();
        for extension in &schema.extensions {
            extensions.entry(extension.extendee).or_default().push(extension);
        }
        Self { schema, extensions }
    }

    /// The fields of a message in declaration order, then its extensions.
    pub fn members(&self, id: MessageId) -> impl Iterator<Item = Member<'s, 'a>> + use<'s, 'a, '_> {
        let schema = self.schema;
        let message = schema.message(id);
        let fields = message.fields.iter().map(move |field| Member {
            field,
            cardinality: schema.cardinality(field),
            message,
            extension: None,
        });
        let extensions = self.extensions.get(&*message.full_name).into_iter().flatten();
        fields.chain(extensions.map(move |&extension| Member {
            field: &extension.field,
            cardinality: schema.extension_cardinality(extension),
            message,
            extension: Some(extension),
        }))
    }

    /// The field with this number.
    pub fn numbered(&self, id: MessageId, number: i32) -> Option<Member<'s, 'a>> {
        self.members(id).find(|member| member.field.number == number)
    }

    /// The field that a JSON key stands for: its JSON name, else its own.
    pub fn keyed(&self, id: MessageId, key: &str) -> Option<Member<'s, 'a>> {
        self.members(id).find(|member| member.json_key() == key).or_else(|| {
            self.members(id).find(|member| member.extension.is_none() && member.field.name == key)
        })
    }

    /// The message that a field holds.
    pub fn message_of(&self, field: &Field<'_>) -> Option<MessageId> {
        match field.kind {
            Kind::Message | Kind::Group => self.schema.message_named(field.type_name),
            _ => None,
        }
    }

    /// The enum that a field holds.
    pub fn enum_of(&self, field: &Field<'_>) -> Option<&'s Enum<'a>> {
        match field.kind {
            Kind::Enum => {
                let id = self.schema.enum_named(field.type_name)?;
                Some(self.schema.enumeration(id))
            }
            _ => None,
        }
    }

    /// What a reader is told of an absent field.
    pub fn default(&self, field: &Field<'_>) -> Value {
        let text = field.default.filter(|_| field.label != Label::Repeated);
        match field.kind {
            Kind::Bool => Value::Bool(text == Some("true")),
            Kind::Double => Value::Double(number(text)),
            Kind::Float => Value::Float(number(text)),
            Kind::String => Value::String(text.unwrap_or_default().as_bytes().to_vec()),
            Kind::Bytes => Value::Bytes(unescaped(text.unwrap_or_default())),
            Kind::Enum => Value::Enum(self.default_number(field, text)),
            Kind::Message | Kind::Group => Value::Message(Tree::default()),
            Kind::Uint32 | Kind::Uint64 | Kind::Fixed32 | Kind::Fixed64 => {
                Value::Uint(number(text))
            }
            Kind::Int32
            | Kind::Int64
            | Kind::Sint32
            | Kind::Sint64
            | Kind::Sfixed32
            | Kind::Sfixed64 => Value::Int(number(text)),
        }
    }

    fn default_number(&self, field: &Field<'_>, text: Option<&str>) -> i32 {
        let Some(found) = self.enum_of(field) else { return 0 };
        let stated = text.and_then(|name| found.values.iter().find(|value| value.name == name));
        stated.or(found.values.first()).map_or(0, |value| value.number)
    }

    /// The key and the value of a map's entries.
    pub fn entry(&self, field: &Field<'_>) -> Option<(Member<'s, 'a>, Member<'s, 'a>)> {
        let id = self.schema.message_named(field.type_name)?;
        Some((self.numbered(id, 1)?, self.numbered(id, 2)?))
    }
}

impl<'s> Member<'s, '_> {
    /// The full name of the field or the extension.
    pub fn full_name(&self) -> String {
        match self.extension {
            Some(extension) => extension.full_name.to_string(),
            None => format!("{}.{}", self.message.full_name, self.field.name),
        }
    }

    /// The key that JSON writers use.
    pub fn json_key(&self) -> Cow<'s, str> {
        match self.extension {
            Some(extension) => format!("[{}]", extension.full_name).into(),
            None => json_name(self.field),
        }
    }

    /// The oneof that it is in, unless that is there for presence alone.
    pub fn oneof(&self) -> Option<usize> {
        let index = self.field.oneof.filter(|_| self.extension.is_none())?;
        (!self.message.oneofs.get(index)?.synthetic).then_some(index)
    }

    /// Whether it holds one value or none.
    pub fn is_singular(&self) -> bool {
        !matches!(self.cardinality, Cardinality::Repeated | Cardinality::Map)
    }
}

fn number<T: std::str::FromStr + Default>(text: Option<&str>) -> T {
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// The bytes of a default as descriptors escape them.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = text.bytes().peekable();
    let mut result = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            result.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'n') => result.push(b'\n'),
            Some(b'r') => result.push(b'\r'),
            Some(b't') => result.push(b'\t'),
            Some(b'a') => result.push(7),
            Some(b'b') => result.push(8),
            Some(b'f') => result.push(12),
            Some(b'v') => result.push(11),
            Some(b'x' | b'X') => result.push(digits(&mut bytes, 16, 2, 0)),
            Some(first @ b'0'..=b'7') => result.push(digits(&mut bytes, 8, 2, first - b'0')),
            Some(other) => result.push(other),
            None => {}
        }
    }
    result
}

fn digits(
    bytes: &mut std::iter::Peekable<std::str::Bytes<'_>>,
    radix: u32,
    most: usize,
    start: u8,
) -> u8 {
    let mut value = u32::from(start);
    for _ in 0..most {
        let Some(digit) = bytes.peek().and_then(|&byte| char::from(byte).to_digit(radix)) else {
            break;
        };
        value = value * radix + digit;
        bytes.next();
    }
    (value & 0xff).try_into().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_defaults_are_read() {
        assert_eq!(unescaped(r"a\000\377\x41\n\\\'"), [b'a', 0, 255, b'A', b'\n', b'\\', b'\'']);
    }
}

//! The keys of fields in JSON.

use std::borrow::Cow;

use super::{Reading, Shape};
use crate::compat::finding::Verdict::{Break, Ok};
use crate::compat::schema::Field;

/// The key that a writer puts: the stated one, else the name in lower camel
/// case, which compilers state too and images may leave out.
pub fn json_name<'a>(field: &Field<'a>) -> Cow<'a, str> {
    match field.json_name {
        Some(name) => Cow::Borrowed(name),
        None => Cow::Owned(lower_camel(field.name)),
    }
}

/// As `protoc` does it: each letter behind an underscore becomes a capital,
/// underscores go, and everything else stays.
fn lower_camel(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut capital = false;
    for letter in name.chars() {
        if letter == '_' {
            capital = true;
        } else if capital {
            camel.extend(letter.to_uppercase());
            capital = false;
        } else {
            camel.push(letter);
        }
    }
    camel
}

/// How each side reads the other's key: parsers take the key of JSON and the
/// name in the contract.
pub fn json_key(old: &Field<'_>, new: &Field<'_>) -> Shape {
    Shape::both_ways(old, new, |writer, reader| {
        let key = json_name(writer);
        let taken = key == json_name(reader) || key == reader.name;
        Reading::new(Ok, if taken { Ok } else { Break })
    })
}

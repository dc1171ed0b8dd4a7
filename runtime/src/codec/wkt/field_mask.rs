//! `google.protobuf.FieldMask`: the paths in one string, comma-separated, in
//! lowerCamelCase.

use std::fmt;

use prost_types::FieldMask;
use serde::de::Visitor;
use serde::ser::Error as _;
use serde::{Deserializer, Serializer};

use crate::codec::json::{Scope, Value};

impl Value for FieldMask {
    fn write<S: Serializer>(&self, _: Scope<'_>, out: S) -> Result<S::Ok, S::Error> {
        let mut text = String::new();
        for path in &self.paths {
            let Some(camel) = to_camel(path) else {
                let reason = format_args!("path {path:?} has no lowerCamelCase form");
                return Err(S::Error::custom(reason));
            };
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(&camel);
        }
        out.serialize_str(&text)
    }

    fn read<'de, D: Deserializer<'de>>(&mut self, _: Scope<'_>, input: D) -> Result<(), D::Error> {
        *self = input.deserialize_str(FieldMaskVisitor)?;
        Ok(())
    }
}

struct FieldMaskVisitor;

impl Visitor<'_> for FieldMaskVisitor {
    type Value = FieldMask;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("comma-separated paths of field names in lowerCamelCase, such as \"a.bC,d\"")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<FieldMask, E> {
        let camel = !text.contains('_');
        camel
            .then(|| parse(text))
            .flatten()
            .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}

/// The mask of comma-separated paths in lowerCamelCase or `snake_case`; the
/// empty text is the empty mask.
pub(crate) fn parse(text: &str) -> Option<FieldMask> {
    if text.is_empty() {
        return Some(FieldMask::default());
    }
    let paths = text.split(',').map(to_snake).collect::<Option<_>>()?;
    Some(FieldMask { paths })
}

fn to_snake(path: &str) -> Option<String> {
    let mut snake = String::with_capacity(path.len() + 4);
    for letter in path.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    is_path(&snake).then_some(snake)
}

/// Whether each step between dots could name a field, as protojson of Go demands, or
/// is `*`: everything (AIP-134), or every element (AIP-161).
fn is_path(snake: &str) -> bool {
    let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let starts = |step: &str| !step.starts_with(|first: char| first.is_ascii_digit());
    let name = |step: &str| !step.is_empty() && starts(step) && step.chars().all(word);
    snake.split('.').all(|step| step == "*" || name(step))
}

/// `None` where the way back would lead elsewhere.
fn to_camel(path: &str) -> Option<String> {
    if !is_path(path) {
        return None;
    }
    let mut camel = String::with_capacity(path.len());
    let mut letters = path.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '_' => {
                let next = letters.next().filter(char::is_ascii_lowercase)?;
                camel.push(next.to_ascii_uppercase());
            }
            'A'..='Z' => return None,
            letter => camel.push(letter),
        }
    }
    Some(camel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_change_their_case_both_ways() {
        let mask = parse("fooBar,baz.quxQuux").expect("a mask");
        assert_eq!(mask.paths, ["foo_bar", "baz.qux_quux"]);
        assert_eq!(to_camel("foo_bar").as_deref(), Some("fooBar"));
        assert_eq!(to_camel("a.b_c").as_deref(), Some("a.bC"));
    }

    #[test]
    fn a_name_may_begin_with_an_underscore_and_have_digits() {
        for (text, path) in [("Field", "_field"), ("a.BC1", "a._b_c1"), ("a1.b2", "a1.b2")] {
            assert_eq!(parse(text).expect("a mask").paths, [path]);
            assert_eq!(to_camel(path).as_deref(), Some(text));
        }
    }

    #[test]
    fn an_asterisk_stands_for_everything_or_for_every_element() {
        for text in ["*", "a.*.bC", "*,a"] {
            let mask = parse(text).expect("a mask");
            let written: Vec<_> = mask.paths.iter().filter_map(|path| to_camel(path)).collect();
            assert_eq!(written.join(","), text);
        }
    }

    #[test]
    fn paths_that_would_not_come_back_are_not_written() {
        for path in ["fooBar", "foo__bar", "foo_3", "foo_", "foo_Bar", "", "0.5", "a..b", "a,b"] {
            assert_eq!(to_camel(path), None, "{path}");
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        let names = ["a b", "a-b", "é", "**", "a*", "*b", "0.5", "a.1", "1a", "a,2"];
        for text in names.into_iter().chain(["a,,b", ",", "a..b", ".", ".a", "a.", "*."]) {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(""), Some(FieldMask::default()));
    }
}

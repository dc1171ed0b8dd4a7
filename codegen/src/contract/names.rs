//! How protobuf names become Rust names: exactly as prost-build 0.14 does it,
//! because its output is what the names must find.

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// Keywords that are written raw, sorted.
const RAW: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static",
    "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// Keywords that cannot be raw and get an underscore behind them.
const SUFFIXED: &[&str] = &["_", "super", "self", "Self", "extern", "crate"];

fn sanitize(name: &str) -> String {
    if RAW.binary_search(&name).is_ok() {
        format!("r#{name}")
    } else if SUFFIXED.contains(&name) {
        format!("{name}_")
    } else if name.starts_with(char::is_numeric) {
        format!("_{name}")
    } else {
        name.to_owned()
    }
}

/// The name of a field, method or module.
pub(super) fn snake(name: &str) -> String {
    sanitize(&name.to_snake_case())
}

/// The name of a type or a oneof's variant.
pub(super) fn camel(name: &str) -> String {
    sanitize(&name.to_upper_camel_case())
}

/// The name of a static.
pub(super) fn shouty(name: &str) -> String {
    sanitize(&name.to_shouty_snake_case())
}

/// The name of an enum's variant: the value's, without the enum's in front.
pub(super) fn variant(enum_name: &str, value: &str) -> String {
    let value = camel(value);
    let stripped = value.strip_prefix(camel(enum_name).as_str());
    match stripped {
        Some(rest) if rest.starts_with(char::is_uppercase) => sanitize(rest),
        _ => sanitize(&value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_raw_or_suffixed() {
        assert!(RAW.is_sorted());
        assert_eq!(snake("type"), "r#type");
        assert_eq!(snake("Gen"), "r#gen");
        assert_eq!(snake("self"), "self_");
        assert_eq!(camel("self"), "Self_");
        assert_eq!(snake("_1st"), "_1st");
    }

    #[test]
    fn case_is_converted_by_words() {
        assert_eq!(snake("XMLHttpRequest"), "xml_http_request");
        assert_eq!(camel("FUZZ_buster"), "FuzzBuster");
        assert_eq!(shouty("Outer.Inner"), "OUTER_INNER");
        assert_eq!(snake("field0name5"), "field0name5");
    }

    #[test]
    fn variants_lose_the_name_of_their_enum() {
        assert_eq!(variant("Foo", "FOO_BAR"), "Bar");
        assert_eq!(variant("Foo", "FOOBAR"), "Foobar");
        assert_eq!(variant("Foo", "FOO_SELF"), "Self_");
        assert_eq!(variant("Foo", "FOO_1"), "Foo1");
    }
}

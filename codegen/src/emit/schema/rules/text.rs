//! Rules of texts and bytes.

use serde_json::{Value, json};

use super::super::value::Constrained;
use super::size;
use crate::contract::{Rules, Size};

/// What a well-known format is in JSON Schema.
struct Format {
    name: &'static str,
    standard: Option<&'static str>,
    pattern: Option<&'static str>,
    words: &'static str,
}

const fn standard(name: &'static str, format: &'static str) -> Format {
    Format { name, standard: Some(format), pattern: None, words: "" }
}

const fn pattern(name: &'static str, pattern: &'static str, words: &'static str) -> Format {
    Format { name, standard: None, pattern: Some(pattern), words }
}

const fn words(name: &'static str, words: &'static str) -> Format {
    Format { name, standard: None, pattern: None, words }
}

/// Every member of `well_known`. The formats are those of JSON Schema and of
/// OpenAPI's registry.
const FORMATS: &[Format] = &[
    standard("email", "email"),
    standard("hostname", "hostname"),
    standard("ipv4", "ipv4"),
    standard("ipv6", "ipv6"),
    standard("uri", "uri"),
    standard("uri_ref", "uri-reference"),
    standard("uuid", "uuid"),
    words("ip", "an IPv4 or IPv6 address"),
    words("address", "a host name or an IP address"),
    pattern("tuuid", "^[0-9a-fA-F]{32}$", "a UUID without dashes"),
    pattern("ulid", "^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$", "a ULID"),
    words("ip_with_prefixlen", "an IP address with a prefix length"),
    words("ipv4_with_prefixlen", "an IPv4 address with a prefix length"),
    words("ipv6_with_prefixlen", "an IPv6 address with a prefix length"),
    words("ip_prefix", "an IP network"),
    words("ipv4_prefix", "an IPv4 network"),
    words("ipv6_prefix", "an IPv6 network"),
    words("host_and_port", "a host and a port"),
    pattern(
        "protobuf_fqn",
        "^[A-Za-z_][A-Za-z_0-9]*(\\.[A-Za-z_][A-Za-z_0-9]*)*$",
        "a protobuf name",
    ),
    pattern(
        "protobuf_dot_fqn",
        "^\\.[A-Za-z_][A-Za-z_0-9]*(\\.[A-Za-z_][A-Za-z_0-9]*)*$",
        "a protobuf name after a dot",
    ),
    words("http_header_name", "the name of an HTTP header"),
    words("http_header_value", "the value of an HTTP header"),
];

/// Adds the rules of a text.
pub(super) fn constrain(it: &mut Constrained, rules: &Rules) {
    size(&mut it.schema, rules.size, ("minLength", "maxLength"));
    counted(it, rules.bytes, "bytes in UTF-8");
    if let Some(pattern) = &rules.pattern {
        if is_portable(pattern) {
            found(it, pattern.clone(), "");
        } else {
            it.notes.push(format!("matches `{pattern}` (RE2)"));
        }
    }
    let parts = [
        (&rules.prefix, "^", "", "starts with"),
        (&rules.suffix, "", "$", "ends with"),
        (&rules.contains, "", "", "contains"),
    ];
    for (part, before, behind, words) in parts {
        if let Some(part) = part {
            let pattern = format!("{before}{}{behind}", escaped(part));
            found(it, pattern, &format!("{words} `{part}`"));
        }
    }
    if let Some(part) = &rules.not_contains {
        it.notes.push(format!("does not contain `{part}`"));
    }
    format(it, rules);
}

/// Adds the rules of bytes, which JSON has in base64.
pub(super) fn constrain_bytes(it: &mut Constrained, rules: &Rules) {
    let Size { min, max } = rules.size;
    // Four characters for three bytes; the shortest form has no padding.
    let least = (min.saturating_mul(4)).div_ceil(3);
    let most = max.map(|max| max.div_ceil(3).saturating_mul(4));
    size(&mut it.schema, Size { min: least, max: most }, ("minLength", "maxLength"));
    counted(it, rules.size, "bytes");
    if let Some(pattern) = &rules.pattern {
        it.notes.push(format!("the bytes match `{pattern}` (RE2)"));
    }
    let format = rules.format.as_deref();
    it.notes.extend(format.map(|name| format!("the bytes of an address or id: {name}")));
}

fn counted(it: &mut Constrained, size: Size, unit: &str) {
    match (size.min, size.max) {
        (0, None) => {}
        (min, Some(max)) if min == max => it.notes.push(format!("{max} {unit}")),
        (0, Some(max)) => it.notes.push(format!("at most {max} {unit}")),
        (min, None) => it.notes.push(format!("at least {min} {unit}")),
        (min, Some(max)) => it.notes.push(format!("{min} to {max} {unit}")),
    }
}

/// Adds a pattern; a schema has one, so that a further one is told in words.
fn found(it: &mut Constrained, pattern: String, words: &str) {
    if it.schema.get("pattern").is_none() {
        it.schema["pattern"] = Value::String(pattern);
    } else if words.is_empty() {
        it.notes.push(format!("matches `{pattern}`"));
    } else {
        it.notes.push(words.to_owned());
    }
}

fn format(it: &mut Constrained, rules: &Rules) {
    let Some(name) = &rules.format else { return };
    let Some(format) = FORMATS.iter().find(|format| format.name == name) else {
        it.notes.push(name.replace('_', " "));
        return;
    };
    if let Some(standard) = format.standard {
        it.schema["format"] = json!(standard);
    }
    if let Some(pattern) = format.pattern {
        found(it, pattern.to_owned(), "");
    }
    if !format.words.is_empty() {
        it.notes.push(format.words.to_owned());
    }
}

/// Whether a pattern of RE2 means the same to ECMA-262, which JSON Schema
/// asks for: neither flags, named groups, classes by name nor RE2's escapes.
fn is_portable(pattern: &str) -> bool {
    const FOREIGN: [&str; 12] =
        ["(?P", "(?i", "(?s", "(?m", "(?U", "(?-", "[[:", "\\A", "\\z", "\\Q", "\\C", "\\x{"];
    !FOREIGN.iter().any(|part| pattern.contains(part))
        && !pattern.contains("\\p")
        && !pattern.contains("\\P")
}

/// A text as a pattern that matches it.
fn escaped(text: &str) -> String {
    let mut pattern = String::new();
    for character in text.chars() {
        if "\\^$.|?*+()[]{}/".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constrained(rules: &Rules) -> Constrained {
        let mut it = Constrained { schema: json!({ "type": "string" }), notes: Vec::new() };
        constrain(&mut it, rules);
        it
    }

    #[test]
    fn a_second_pattern_is_told_in_words() {
        let rules = Rules {
            pattern: Some("^[a-z.]+$".into()),
            prefix: Some("a.".into()),
            ..Rules::default()
        };
        let it = constrained(&rules);
        assert_eq!(it.schema["pattern"], "^[a-z.]+$");
        assert_eq!(it.notes, ["starts with `a.`"]);
    }

    #[test]
    fn a_prefix_is_escaped() {
        let it = constrained(&Rules { prefix: Some("a.".into()), ..Rules::default() });
        assert_eq!(it.schema["pattern"], "^a\\.");
    }

    #[test]
    fn a_pattern_that_only_re2_reads_is_told_in_words() {
        let it = constrained(&Rules { pattern: Some("(?i)^x$".into()), ..Rules::default() });
        assert_eq!(it.schema.get("pattern"), None);
        assert_eq!(it.notes, ["matches `(?i)^x$` (RE2)"]);
    }

    #[test]
    fn bytes_are_measured_in_characters_of_base64() {
        let mut it = Constrained { schema: json!({}), notes: Vec::new() };
        let size = Size { min: 16, max: Some(16) };
        constrain_bytes(&mut it, &Rules { size, ..Rules::default() });
        assert_eq!(it.schema, json!({ "minLength": 22, "maxLength": 24 }));
        assert_eq!(it.notes, ["16 bytes"]);
    }
}

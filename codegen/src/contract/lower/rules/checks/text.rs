//! Rules of strings.

use prost_reflect::Value;

use super::reading::{Reading, Typed};
use super::{rule, words};
use crate::contract::model::{Check, Limit, Range, Rule};

/// The flags of well-known forms: the name of the rule and of the runtime's
/// format, what a value must be, and what an empty one is not, where that is a
/// violation of its own.
const FORMATS: &[(&str, &str, &str, Option<&str>)] = &[
    ("email", "Email", "email address", Some("email address")),
    ("hostname", "Hostname", "hostname", Some("hostname")),
    ("ip", "Ip", "IP address", Some("IP address")),
    ("ipv4", "Ipv4", "IPv4 address", Some("IPv4 address")),
    ("ipv6", "Ipv6", "IPv6 address", Some("IPv6 address")),
    ("uri", "Uri", "URI", Some("URI")),
    ("uri_ref", "UriRef", "URI Reference", None),
    ("address", "Address", "hostname, or ip address", Some("hostname, or ip address")),
    ("uuid", "Uuid", "UUID", Some("UUID")),
    ("tuuid", "TrimmedUuid", "trimmed UUID", Some("trimmed UUID")),
    ("ip_with_prefixlen", "IpWithPrefix", "IP prefix", Some("IP prefix")),
    (
        "ipv4_with_prefixlen",
        "Ipv4WithPrefix",
        "IPv4 address with prefix length",
        Some("IPv4 address with prefix length"),
    ),
    (
        "ipv6_with_prefixlen",
        "Ipv6WithPrefix",
        "IPv6 address with prefix length",
        Some("IPv6 address with prefix length"),
    ),
    ("ip_prefix", "IpPrefix", "IP prefix", Some("IP prefix")),
    ("ipv4_prefix", "Ipv4Prefix", "IPv4 prefix", Some("IPv4 prefix")),
    ("ipv6_prefix", "Ipv6Prefix", "IPv6 prefix", Some("IPv6 prefix")),
    (
        "host_and_port",
        "HostAndPort",
        "host (hostname or IP address) and port pair",
        Some("host and port pair"),
    ),
    ("ulid", "Ulid", "ULID", Some("ULID")),
    (
        "protobuf_fqn",
        "ProtobufName",
        "fully-qualified Protobuf name",
        Some("fully-qualified Protobuf name"),
    ),
    (
        "protobuf_dot_fqn",
        "ProtobufDotName",
        "fully-qualified Protobuf name with a leading dot",
        Some("fully-qualified Protobuf name with a leading dot"),
    ),
];

pub(super) fn rules(reading: &mut Reading<'_, '_>, typed: &Typed) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (name, value) in typed.set() {
        let known = plain(typed, &name, &value)
            .or_else(|| size(typed, &name, &value))
            .map(|rule| vec![rule])
            .or_else(|| format(typed, &name, &value));
        match (name.as_str(), known) {
            ("strict", _) => {}
            ("pattern", _) => rules.extend(pattern(reading, typed, &value)),
            (_, Some(found)) => rules.extend(found),
            (name, None) => reading.unsupported(name),
        }
    }
    rules
}

/// Comparisons with other strings.
fn plain(typed: &Typed, name: &str, value: &Value) -> Option<Rule> {
    let part = || value.as_str().unwrap_or_default().as_bytes().to_vec();
    let list = || {
        let list = value.as_list().unwrap_or_default();
        list.iter().filter_map(|item| Some(item.as_str()?.as_bytes().to_vec())).collect()
    };
    let shown = words::value(value);
    let (text, check) = match name {
        "const" => (format!("must equal `{shown}`"), Check::BytesIn(vec![part()])),
        "in" => (words::in_list(value), Check::BytesIn(list())),
        "not_in" => (words::not_in_list(value), Check::BytesNotIn(list())),
        "prefix" => (format!("does not have prefix `{shown}`"), Check::Prefix(part())),
        "suffix" => (format!("does not have suffix `{shown}`"), Check::Suffix(part())),
        "contains" => (format!("does not contain substring `{shown}`"), Check::Contains(part())),
        "not_contains" => (format!("contains substring `{shown}`"), Check::NotContains(part())),
        _ => return None,
    };
    Some(rule(typed, name, text, check))
}

fn size(typed: &Typed, name: &str, value: &Value) -> Option<Rule> {
    let number = value.as_u64()?;
    let check: fn(Range<u64>) -> Check =
        if name.contains("bytes") { Check::Bytes } else { Check::Characters };
    let unit = if name.contains("bytes") { "bytes" } else { "characters" };
    let (text, range) = sized(name, number)?;
    Some(rule(typed, name, format!("must be {text} {unit}"), check(range)))
}

/// The range that a rule of a length stands for, and its words.
pub(super) fn sized(name: &str, number: u64) -> Option<(String, Range<u64>)> {
    let limit = Limit::Closed(number);
    Some(match name {
        "len" | "len_bytes" => (number.to_string(), Range::within(limit, limit)),
        "min_len" | "min_bytes" => {
            (format!("at least {number}"), Range::within(limit, Limit::None))
        }
        "max_len" | "max_bytes" => (format!("at most {number}"), Range::within(Limit::None, limit)),
        _ => return None,
    })
}

/// A regular expression, compiled to know that it compiles.
pub(super) fn pattern(reading: &mut Reading<'_, '_>, typed: &Typed, value: &Value) -> Option<Rule> {
    let text = value.as_str().unwrap_or_default();
    if let Err(error) = regex::Regex::new(text) {
        let error = error.to_string();
        let last = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
        let message = format!("the regular expression `{text}` does not compile: {last}");
        reading.wrong("pattern", message, Some("write it in the syntax of RE2"));
        return None;
    }
    let words = if typed.name == "bytes" { "must match" } else { "does not match" };
    let words = format!("{words} regex pattern `{text}`");
    Some(rule(typed, "pattern", words, Check::Pattern(text.to_owned())))
}

/// The rules of a well-known form: one for the form, one for the empty string.
fn format(typed: &Typed, name: &str, value: &Value) -> Option<Vec<Rule>> {
    if name == "well_known_regex" {
        return Some(header(typed, value));
    }
    let (_, format, wanted, empty) = FORMATS.iter().find(|row| row.0 == name)?;
    if !value.as_bool().unwrap_or_default() {
        return Some(Vec::new());
    }
    let text = format!("must be a valid {wanted}");
    let mut rules = vec![rule(typed, name, text, Check::Format(format))];
    rules.extend(empty.map(|what| not_empty(typed, name, what)));
    Some(rules)
}

/// The rule that a value with a well-known form is not empty.
pub(super) fn not_empty(typed: &Typed, name: &str, what: &str) -> Rule {
    let text = format!("value is empty, which is not a valid {what}");
    let check = Check::Bytes(Range::within(Limit::Closed(1), Limit::None));
    rule(typed, &format!("{name}_empty"), text, check)
}

/// `well_known_regex`: a header's name or value.
fn header(typed: &Typed, value: &Value) -> Vec<Rule> {
    let strict = typed.get("strict").and_then(|value| value.as_bool()).unwrap_or(true);
    let (name, what, formats) = match value.as_enum_number() {
        Some(1) => ("header_name", "HTTP header name", ("HeaderName", "LooseHeaderName")),
        Some(2) => ("header_value", "HTTP header value", ("HeaderValue", "LooseHeaderValue")),
        _ => return Vec::new(),
    };
    let id = format!("well_known_regex.{name}");
    let format = if strict { formats.0 } else { formats.1 };
    let mut rules =
        vec![rule(typed, &id, format!("must be a valid {what}"), Check::Format(format))];
    if name == "header_name" {
        rules.push(not_empty(typed, &id, what));
    }
    rules
}

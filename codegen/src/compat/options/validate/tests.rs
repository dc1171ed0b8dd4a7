//! Pairs of rules, and which of them holds the other.

use std::collections::BTreeSet;

use super::*;
use crate::compat::schema::{EncodedFile, Schema};
use crate::descriptor::Fields;
use crate::source::from_texts;

/// What two rules, written as a contract writes them, say of each other: the
/// first within the second, and the second within the first.
fn compare(kind: &str, first: &str, second: &str) -> (Answer, Answer) {
    let option = |rules: &str| match rules {
        "" => String::new(),
        rules => format!(" [(buf.validate.field) = {{ {rules} }}]"),
    };
    let text = format!(
        "syntax = \"proto3\";\nimport \"buf/validate/validate.proto\";\n\
         import \"google/protobuf/duration.proto\";\nimport \"google/protobuf/field_mask.proto\";\n\
         import \"google/protobuf/timestamp.proto\";\nimport \"google/protobuf/any.proto\";\n\
         enum E {{ A = 0; B = 1; C = 2; }}\n\
         message M {{ {kind} first = 1{}; {kind} second = 2{}; }}",
        option(first),
        option(second)
    );
    let sources = from_texts([("contract.proto", text)]).expect("the rules compile");
    let set = sources.encode();
    let files = Fields::new(&set).flatten().filter_map(|(_, value)| value.bytes().ok());
    let files: Vec<_> = files.map(|bytes| EncodedFile { bytes, is_import: false }).collect();
    let schema = Schema::read(&files).expect("descriptors are well formed");
    let message = schema.message(schema.message_named("M").expect("declared"));
    let declared = BTreeSet::from([0, 1, 2]);
    let rules = |at: usize| field_rules(message.fields[at].options, &declared).accepted;
    (rules(0).is_within(&rules(1)), rules(1).is_within(&rules(0)))
}

const EQUAL: (Answer, Answer) = (Answer::Yes, Answer::Yes);
const NARROWER: (Answer, Answer) = (Answer::Yes, Answer::No);
const APART: (Answer, Answer) = (Answer::No, Answer::No);
const UNKNOWN: (Answer, Answer) = (Answer::Unknown, Answer::Unknown);

fn check(kind: &str, cases: &[(&str, &str, (Answer, Answer))]) {
    for (first, second, expected) in cases {
        assert_eq!(compare(kind, first, second), *expected, "{kind}: {first} | {second}");
    }
}

#[test]
fn numbers_are_compared_as_sets() {
    check(
        "int32",
        &[
            ("int32 { gte: 1 }", "int32 { gt: 0 }", EQUAL),
            ("int32 { gte: 2 }", "int32 { gt: 0 }", NARROWER),
            ("int32 { gte: 1 }", "", NARROWER),
            ("int32 { gte: -2147483648 }", "", EQUAL),
            ("int32 { gte: 1, lte: 5 }", "int32 { gte: 3, lte: 9 }", APART),
            ("int32 { in: [1, 2] }", "int32 { gt: 0 }", NARROWER),
            ("int32 { in: [1, 2] }", "int32 { in: [2, 1] }", EQUAL),
            ("int32 { gte: 1, lte: 3 }", "int32 { in: [1, 2, 3] }", EQUAL),
            ("int32 { const: 3 }", "int32 { in: [3, 4] }", NARROWER),
            ("int32 { not_in: [3] }", "", NARROWER),
            ("int32 { gte: 4 }", "int32 { not_in: [3] }", NARROWER),
            ("int32 { gt: 5, lt: 1 }", "int32 { not_in: [3] }", NARROWER),
            ("int32 { gt: 9 }", "int32 { gt: 5, lt: 1 }", NARROWER),
            ("int32 { gte: 1 } ignore: IGNORE_ALWAYS", "", EQUAL),
            ("int32 { gte: 1 }", "int32 { gte: 1 } ignore: IGNORE_IF_ZERO_VALUE", NARROWER),
            ("int32 { example: 3 }", "", EQUAL),
        ],
    );
    check("sint64", &[("sint64 { gte: -3 }", "sint64 { gte: -5 }", NARROWER)]);
    check("fixed32", &[("fixed32 { gte: 3 }", "fixed32 { gte: 1 }", NARROWER)]);
    check("sfixed64", &[("sfixed64 { gte: -3 }", "sfixed64 { gte: -5 }", NARROWER)]);
    check(
        "float",
        &[
            ("float { gte: 0.5 }", "float { gt: -1.5 }", NARROWER),
            ("float { finite: true }", "", NARROWER),
        ],
    );
    check("bool", &[("bool { const: true }", "", NARROWER)]);
    check(
        "E",
        &[
            ("enum { defined_only: true }", "", NARROWER),
            ("enum { in: [1, 2] }", "enum { defined_only: true }", NARROWER),
            ("enum { defined_only: true, not_in: [0] }", "enum { in: [1, 2] }", EQUAL),
        ],
    );
}

#[test]
fn times_are_compared_as_sets() {
    check(
        "google.protobuf.Duration",
        &[
            ("duration { lte { seconds: 5 } }", "duration { lt { seconds: 9 } }", NARROWER),
            ("duration { lte { seconds: 5 } }", "duration { lt { seconds: 5 nanos: 1 } }", EQUAL),
        ],
    );
    check(
        "google.protobuf.Timestamp",
        &[
            ("timestamp { lt_now: true }", "", NARROWER),
            (
                "timestamp { within { seconds: 5 } }",
                "timestamp { within { seconds: 9 } }",
                NARROWER,
            ),
        ],
    );
}

#[test]
fn texts_are_compared_by_what_their_rules_imply() {
    check(
        "string",
        &[
            ("string { max_len: 5 }", "string { max_len: 9 }", NARROWER),
            ("string { len: 5 }", "string { min_len: 5, max_len: 5 }", EQUAL),
            ("string { max_len: 5 }", "string { max_bytes: 20 }", NARROWER),
            ("string { min_len: 0 }", "", EQUAL),
            ("string { prefix: \"tasks/\" }", "string { prefix: \"task\" }", NARROWER),
            ("string { prefix: \"tasks/\" }", "string { contains: \"/\" }", NARROWER),
            ("string { not_contains: \"/\" }", "string { not_contains: \"//\" }", NARROWER),
            ("string { in: [\"a\", \"b\"] }", "string { max_len: 1 }", NARROWER),
            ("string { in: [\"a\", \"bb\"] }", "string { max_len: 1 }", APART),
            ("string { not_in: [\"aa\"] }", "string { max_len: 1 }", (Answer::No, Answer::Yes)),
            ("string { pattern: \"^a\" }", "", NARROWER),
            ("string { pattern: \"^a\" }", "string { pattern: \"^b\" }", UNKNOWN),
            ("string { ipv4: true }", "string { ip: true }", NARROWER),
            ("string { email: true }", "string { uuid: true }", APART),
            ("string { email: false }", "", EQUAL),
            ("cel { id: \"a\" expression: \"true\" }", "", NARROWER),
            ("cel { expression: \"a\" }", "cel { expression: \"b\" }", UNKNOWN),
        ],
    );
    check("bytes", &[("bytes { len: 5 }", "bytes { max_len: 9 }", NARROWER)]);
}

#[test]
fn what_lists_and_maps_hold_is_compared_too() {
    check(
        "repeated int32",
        &[
            ("repeated { max_items: 5 }", "repeated { max_items: 9 }", NARROWER),
            ("repeated { unique: true }", "", NARROWER),
            (
                "repeated { items { int32 { gte: 3 } } }",
                "repeated { items { int32 { gte: 1 } } }",
                NARROWER,
            ),
        ],
    );
    check(
        "map<string, int32>",
        &[
            ("map { max_pairs: 5 }", "", NARROWER),
            ("map { keys { string { max_len: 5 } } }", "", NARROWER),
            ("map { values { int32 { gt: 0 } } }", "map { keys { string { len: 1 } } }", APART),
        ],
    );
    check(
        "google.protobuf.FieldMask",
        &[("field_mask { in: [\"a\"] }", "field_mask { in: [\"a\", \"b\"] }", NARROWER)],
    );
    check("google.protobuf.Any", &[("any { in: [\"a\"] }", "any { not_in: [\"b\"] }", NARROWER)]);
}

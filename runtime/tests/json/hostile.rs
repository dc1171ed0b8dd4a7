//! Input that is meant to do harm. The sizes are such that work which grows with
//! their square would not end.

use agentgen::codec::WireError;
use agentgen::codec::json::{self, Options};

use crate::kitchen::Sink;
use crate::{read, refused, sink};

const MANY: usize = 100_000;
const NUMBERS: [&str; 14] = [
    "doubleValue",
    "floatValue",
    "int32Value",
    "int64Value",
    "uint32Value",
    "uint64Value",
    "sint32Value",
    "sint64Value",
    "fixed32Value",
    "fixed64Value",
    "sfixed32Value",
    "sfixed64Value",
    "color",
    "json",
];

fn lenient(text: &[u8]) -> Result<Sink, WireError> {
    json::read(text, &Options::DEFAULT)
}

/// An object with members of names that no other has.
fn object(value: &str) -> String {
    let members: Vec<_> = (0..MANY).map(|number| format!("\"{number}\":{value}")).collect();
    members.join(",")
}

#[test]
fn many_members_take_time_in_proportion() {
    assert_eq!(lenient(format!("{{{}}}", object("1")).as_bytes()), Ok(Sink::default()));
    let any = format!(r#"{{"any":{{{},"@type":"a/kitchen.v1.Sink"}}}}"#, object("1"));
    assert!(lenient(any.as_bytes()).expect("a message").any.is_some());
    let map = sink(&format!(r#"{{"byInt32":{{{}}}}}"#, object("1")));
    assert_eq!(map.by_int32.len(), MANY);
    let map = sink(&format!(r#"{{"object":{{{}}}}}"#, object("null")));
    assert_eq!(map.object.expect("an object").fields.len(), MANY);
    let list = sink(&format!(r#"{{"anys":[{}{{}}]}}"#, "{},".repeat(MANY)));
    assert_eq!(list.anys.len(), MANY + 1);
}

#[test]
fn a_key_that_comes_again_after_many_is_refused() {
    for text in [
        format!(r#"{{"byInt32":{{{},"7":1}}}}"#, object("1")),
        format!(r#"{{"object":{{{},"7":1}}}}"#, object("1")),
        format!(
            r#"{{"any":{{"@type":"a/google.protobuf.Struct","value":{{{},"7":1}}}}}}"#,
            object("1")
        ),
    ] {
        assert!(refused(&text).message().starts_with("duplicate key"));
    }
}

#[test]
fn numbers_beyond_every_range_are_refused() {
    for field in NUMBERS {
        for number in ["1e999999999", "-1e999999999", "1e99999999999999999999"] {
            refused(&format!(r#"{{"{field}":{number}}}"#));
            if field != "json" {
                refused(&format!(r#"{{"{field}":"{number}"}}"#));
            }
        }
        refused(&format!(r#"{{"{field}":{}}}"#, "9".repeat(MANY)));
    }
    for field in &NUMBERS[2..12] {
        for number in ["1e-999999999", "0.1", "1.0000000000000000000000000000000000001"] {
            refused(&format!(r#"{{"{field}":"{number}"}}"#));
        }
    }
}

#[test]
fn numbers_of_many_digits_are_what_they_say() {
    let zeros = "0".repeat(MANY);
    assert_eq!(sink(&format!(r#"{{"int32Value":"1.{zeros}"}}"#)).int32_value, 1);
    assert_eq!(sink(&format!(r#"{{"int32Value":1.{zeros}}}"#)).int32_value, 1);
    let half = sink(&format!(r#"{{"doubleValue":0.5{zeros},"floatValue":"0.5{zeros}"}}"#));
    assert_eq!((half.double_value, half.float_value), (0.5, 0.5));
    let tiny = sink(&format!(r#"{{"doubleValue":0.{zeros}1}}"#));
    assert_eq!(tiny.double_value.to_bits(), 0);
    refused(&format!(r#"{{"int32Value":"1{zeros}"}}"#));
    // Unknown fields hold whatever JSON can say.
    assert_eq!(lenient(br#"{"new":1e999999999}"#), Ok(Sink::default()));
}

#[test]
fn long_strings_full_of_escapes_are_read() {
    for (escape, letter) in
        [(r"\u0041", "A"), (r"\n", "\n"), (r"\ud83d\ude00", "😀"), (r#"\""#, "\"")]
    {
        let text = format!(r#"{{"stringValue":"{}"}}"#, escape.repeat(MANY));
        assert_eq!(sink(&text).string_value, letter.repeat(MANY));
    }
}

#[test]
fn text_that_no_string_can_hold_is_refused() {
    for (text, reason) in [
        (&br#"{"stringValue":"\ud800"}"#[..], "stringValue: unexpected end of hex escape"),
        (br#"{"stringValue":"\ud800\ud800"}"#, "stringValue: lone leading surrogate in hex escape"),
        (br#"{"stringValue":"\udc00"}"#, "stringValue: lone leading surrogate in hex escape"),
        (br#"{"\udc00":1}"#, "lone leading surrogate in hex escape"),
        (br#"{"labels":{"\udc00":"1"}}"#, "labels: lone leading surrogate in hex escape"),
        (b"{\"stringValue\":\"\xff\"}", "stringValue: invalid unicode code point"),
        (b"{\"stringValue\":\"\xed\xa0\x80\"}", "stringValue: invalid unicode code point"),
        (b"{\"\xff\":1}", "invalid unicode code point"),
        (b"{\"new\":\"\xff\"}", "invalid unicode code point"),
        (b"{\"stringValue\":\"\n\"}", "stringValue: control character"),
        (b"{\"stringValue\":\"\\x41\"}", "stringValue: invalid escape"),
        (b"\xef\xbb\xbf{}", "the text begins with a byte order mark, which is no JSON"),
        (b"\xff\xfe{\0}\0", "expected value"),
    ] {
        let error = lenient(text).expect_err("no text").to_string();
        assert!(error.starts_with(reason), "{error}");
    }
}

#[test]
fn an_error_is_short_whatever_it_quotes() {
    let long = "é\\n".repeat(MANY);
    for text in [
        format!(r#"{{"{long}":1}}"#),
        format!(r#"{{"int32Value":"{long}"}}"#),
        format!(r#"{{"color":"{long}"}}"#),
        format!(r#"{{"byInt64":{{"1":{{"labels":{{"{long}":1}}}}}}}}"#),
        format!(r#"{{"byInt64":{{"{long}":{{}}}}}}"#),
        format!(r#"{{"any":{{"@type":"{long}"}}}}"#),
        format!(r#"{{"timestamp":"{long}","mask":"{long}"}}"#),
    ] {
        let error = read(&text).expect_err("nothing of the sort");
        assert!(error.to_string().len() < 1_000, "{error}");
    }
}

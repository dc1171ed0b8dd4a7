//! Presence, names, lists, maps, oneofs, and what only proto2 has.

use agentgen::codec::json::{self, Options};

use crate::kitchen::Sink;
use crate::kitchen::sink::Choice;
use crate::proto2::{Legacy, legacy};
use crate::{STRICT, refused, sink, write};

#[test]
fn implicit_defaults_are_left_out() {
    assert_eq!(write(&Sink::default()), "{}");
}

#[test]
fn explicit_defaults_are_written_and_kept() {
    let message = Sink {
        opt_int32: Some(0),
        opt_string: Some(String::new()),
        opt_color: Some(0),
        child: Some(Box::default()),
        wrapped_text: Some(String::new()),
        wrapped_float: Some(0.0),
        empty: Some(()),
        choice: Some(Choice::Text(String::new())),
        ..Sink::default()
    };
    let text = write(&message);
    assert_eq!(
        text,
        concat!(
            r#"{"optInt32":0,"optString":"","optColor":"COLOR_UNSPECIFIED","child":{},"#,
            r#""text":"","wrappedText":"","wrappedFloat":0.0,"empty":{}}"#
        )
    );
    assert_eq!(sink(&text), message);
}

#[test]
fn both_names_of_a_field_are_read() {
    assert_eq!(sink(r#"{"int32Value":1}"#), sink(r#"{"int32_value":1}"#));
    refused(r#"{"INT32VALUE":1}"#);
}

#[test]
fn a_field_given_twice_is_refused() {
    for text in [
        r#"{"int32Value":1,"int32Value":1}"#,
        r#"{"int32Value":1,"int32_value":1}"#,
        r#"{"int32Value":null,"int32_value":1}"#,
        r#"{"times":[],"times":[]}"#,
    ] {
        assert!(refused(text).message().contains("twice"), "{text}");
    }
}

#[test]
fn null_is_absence() {
    let names = [
        "doubleValue",
        "int64Value",
        "boolValue",
        "stringValue",
        "bytesValue",
        "color",
        "optInt32",
        "optColor",
        "child",
        "floats",
        "colors",
        "children",
        "labels",
        "byInt32",
        "text",
        "tint",
        "branch",
        "count",
        "timestamp",
        "duration",
        "mask",
        "object",
        "list",
        "wrappedText",
        "wrappedBlob",
        "empty",
        "any",
        "anys",
        "jsons",
    ];
    for name in names {
        assert_eq!(sink(&format!(r#"{{"{name}":null}}"#)), Sink::default(), "{name}");
    }
}

#[test]
fn null_is_no_element() {
    for text in [
        r#"{"floats":[null]}"#,
        r#"{"strings":["a",null]}"#,
        r#"{"children":[null]}"#,
        r#"{"colors":[null]}"#,
        r#"{"blobs":[null]}"#,
        r#"{"times":[null]}"#,
        r#"{"wrappedCounts":[null]}"#,
        r#"{"anys":[null]}"#,
        r#"{"labels":{"a":null}}"#,
        r#"{"byInt32":{"1":null}}"#,
        r#"{"byInt64":{"1":null}}"#,
    ] {
        refused(text);
    }
}

#[test]
fn a_oneof_takes_one_member() {
    assert_eq!(sink(r#"{"text":"a","count":null}"#).choice, Some(Choice::Text("a".into())));
    assert_eq!(sink(r#"{"count":"7"}"#).choice, Some(Choice::Count(7)));
    assert_eq!(sink(r#"{"tint":"COLOR_RED"}"#).choice, Some(Choice::Tint(1)));
    assert_eq!(sink(r#"{"branch":{}}"#).choice, Some(Choice::Branch(Box::default())));
    for text in [r#"{"text":"a","count":1}"#, r#"{"tint":0,"nothing":null}"#] {
        assert!(refused(text).message().contains("oneof"), "{text}");
    }
}

#[test]
fn maps_have_string_keys_of_every_type() {
    let message = Sink {
        labels: [("a".into(), "b".into())].into(),
        by_bool: [(false, 1), (true, -1)].into(),
        by_int32: [(i32::MIN, 1)].into(),
        by_int64: [(i64::MAX, Sink::default())].into(),
        by_uint32: [(u32::MAX, vec![0])].into(),
        by_uint64: [(u64::MAX, 0.5)].into(),
        ..Sink::default()
    };
    let text = write(&message);
    assert_eq!(
        text,
        concat!(
            r#"{"labels":{"a":"b"},"byBool":{"false":"1","true":"-1"},"#,
            r#""byInt32":{"-2147483648":"COLOR_RED"},"byInt64":{"9223372036854775807":{}},"#,
            r#""byUint32":{"4294967295":"AA=="},"byUint64":{"18446744073709551615":0.5}}"#
        )
    );
    assert_eq!(sink(&text), message);
}

#[test]
fn keys_of_another_type_or_given_twice_are_refused() {
    for text in [
        r#"{"byBool":{"yes":1}}"#,
        r#"{"byInt32":{"2147483648":0}}"#,
        r#"{"byUint32":{"-1":""}}"#,
        r#"{"byInt64":{"":{}}}"#,
        r#"{"labels":{"a":"1","a":"2"}}"#,
        r#"{"byInt32":{"1":0,"1":0}}"#,
        r#"{"object":{"a":1,"a":2}}"#,
    ] {
        refused(text);
    }
}

#[test]
fn unknown_fields_are_ignored_or_refused() {
    let text = r#"{"new":{"deep":[1,{"x":null}]},"int32Value":1}"#;
    assert_eq!(refused(text).message(), "unknown field at line 1 column 6");
    let message: Sink = json::read(text.as_bytes(), &Options::default()).expect("lenient reading");
    assert_eq!(message.int32_value, 1);
}

#[test]
fn required_fields_are_always_written() {
    let message = Legacy { mood: 1, ..Legacy::default() };
    assert_eq!(write(&message), r#"{"ID":0,"mood":"CALM","sink":{}}"#);
}

#[test]
fn groups_are_messages_and_json_names_are_honoured() {
    let page = |title: &str| legacy::Page { title: Some(title.into()) };
    let message = Legacy {
        id: 3,
        mood: 1,
        page: Some(page("a")),
        pages: vec![page("b"), legacy::Page::default()],
        ..Legacy::default()
    };
    let text = write(&message);
    assert_eq!(
        text,
        r#"{"ID":3,"mood":"CALM","sink":{},"page":{"title":"a"},"pages":[{"title":"b"},{}]}"#
    );
    assert_eq!(json::read::<Legacy>(text.as_bytes(), &STRICT), Ok(message));
    let by_name = json::read::<Legacy>(br#"{"id":3}"#, &STRICT).expect("the name in the .proto");
    assert_eq!(by_name.id, 3);
}

#[test]
fn closed_enums_take_no_unknown_number() {
    let error = json::read::<Legacy>(br#"{"mood":2}"#, &STRICT).expect_err("2 is no mood");
    assert_eq!(error.path(), "mood");
}

//! Path and query texts as protobuf fragments.

use agentgen::codec::bind::{Claims, bind, embed, query_field};
use agentgen::codec::{Message as _, WireError};
use agentgen::wkt::value::Kind;
use agentgen::wkt::{Duration, Timestamp};
use bytes::BytesMut;

use crate::kitchen::sink::Choice;
use crate::kitchen::{SINK, Sink};
use crate::proto2::{LEGACY, Legacy};

fn query(key: &str, values: &[&str]) -> Result<Sink, WireError> {
    let target = query_field(&SINK, key).unwrap_or_else(|| panic!("{key} names no field"));
    let mut fragment = BytesMut::new();
    target.bind(values, &mut fragment)?;
    let mut message = Sink::default();
    message.merge_proto(fragment.freeze())?;
    Ok(message)
}

#[track_caller]
fn bound(key: &str, value: &str) -> Sink {
    query(key, &[value]).unwrap_or_else(|error| panic!("{key}={value}: {error}"))
}

#[track_caller]
fn refused(key: &str, value: &str) {
    match query(key, &[value]) {
        Ok(message) => panic!("{key}={value} was bound to {message:?}"),
        Err(error) => assert!(!error.path().is_empty(), "{key}={value}: {error}"),
    }
}

#[test]
fn strings_are_anything_and_present_when_empty() {
    assert_eq!(bound("stringValue", "a b").string_value, "a b");
    assert_eq!(bound("opt_string", "").opt_string.as_deref(), Some(""));
}

#[test]
fn integers_are_decimal_with_an_optional_sign() {
    assert_eq!(bound("int32Value", "+5").int32_value, 5);
    assert_eq!(bound("sint32Value", "-5").sint32_value, -5);
    assert_eq!(bound("int64Value", "-5").int64_value, -5);
    assert_eq!(bound("sint64Value", "-5").sint64_value, -5);
    assert_eq!(bound("uint32Value", "4294967295").uint32_value, u32::MAX);
    assert_eq!(bound("uint64Value", "5").uint64_value, 5);
    assert_eq!(bound("fixed32Value", "5").fixed32_value, 5);
    assert_eq!(bound("fixed64Value", "5").fixed64_value, 5);
    assert_eq!(bound("sfixed32Value", "-5").sfixed32_value, -5);
    assert_eq!(bound("sfixed64Value", "-5").sfixed64_value, -5);
    for value in ["", "5.0", "1e3", "2147483648", "1,2", " 5", "0x5"] {
        refused("int32Value", value);
    }
    refused("uint32Value", "-1");
    refused("int64Value", "9223372036854775808");
}

#[test]
fn floats_are_json_numbers_or_special() {
    assert_eq!(bound("doubleValue", "1e3").double_value.to_bits(), 1000_f64.to_bits());
    assert_eq!(bound("floatValue", "-Infinity").float_value.to_bits(), f32::NEG_INFINITY.to_bits());
    assert!(bound("doubleValue", "NaN").double_value.is_nan());
    for value in ["", "x", "1e999", "inf"] {
        refused("doubleValue", value);
    }
    refused("floatValue", "1e39");
}

#[test]
fn booleans_bytes_and_enums() {
    for value in ["true", "True", "1"] {
        assert!(bound("boolValue", value).bool_value, "{value}");
    }
    assert!(!bound("boolValue", "0").bool_value);
    refused("boolValue", "");
    refused("boolValue", "yes");

    for value in ["-_8=", "-_8", "+/8="] {
        assert_eq!(bound("bytesValue", value).bytes_value, [0xfb, 0xff], "{value}");
    }
    refused("bytesValue", "*");

    for value in ["COLOR_BLUE", "-1"] {
        assert_eq!(bound("color", value).color, -1, "{value}");
    }
    for value in ["color_blue", "42", ""] {
        refused("color", value);
    }
}

#[test]
fn lists_take_every_value_and_scalars_take_one() {
    assert_eq!(query("int64s", &["1", "2"]).expect("a list").int64s, [1, 2]);
    refused("int64s", "1,2");
    assert_eq!(query("colors", &["COLOR_RED", "0"]).expect("a list").colors, [1, 0]);
    let twice = query("int32Value", &["1", "1"]).expect_err("twice");
    assert_eq!((twice.path(), twice.message()), ("int32Value", "given more than once"));
    assert!(query("int32Value", &[]).is_err());
}

#[test]
fn wrappers_are_plain_values_or_their_field() {
    assert_eq!(bound("wrappedText", "x").wrapped_text.as_deref(), Some("x"));
    assert_eq!(bound("wrapped_text.value", "x").wrapped_text.as_deref(), Some("x"));
    assert_eq!(bound("wrappedBlob", "AQ").wrapped_blob, Some(vec![1]));
    assert_eq!(bound("count", "7").choice, Some(Choice::Count(7)));
    assert_eq!(query("wrappedCounts", &["7", "8"]).expect("a list").wrapped_counts, [7, 8]);
    refused("count", "7.0");
}

#[test]
fn well_known_types_have_their_text() {
    let timestamp = bound("timestamp", "1970-01-01T01:00:00.5+01:00").timestamp;
    assert_eq!(timestamp, Some(Timestamp { seconds: 0, nanos: 500_000_000 }));
    assert_eq!(
        bound("duration", "-1.5s").duration,
        Some(Duration { seconds: -1, nanos: -500_000_000 })
    );
    assert_eq!(bound("mask", "aB,c_d").mask.expect("a mask").paths, ["a_b", "c_d"]);
    assert_eq!(bound("mask", "Field,_other").mask.expect("a mask").paths, ["_field", "_other"]);
    assert_eq!(bound("mask", "*").mask.expect("a mask").paths, ["*"]);
    assert_eq!(bound("json", "1").json.expect("a value").kind, Some(Kind::NumberValue(1.0)));
    assert_eq!(bound("object", r#"{"a":1}"#).object.expect("an object").fields.len(), 1);
    assert_eq!(bound("list", "[1,2]").list.expect("a list").values.len(), 2);
    refused("timestamp", "0000-01-01T00:00:00Z");
    refused("duration", "1h");
    for text in ["a,,b", "a..b", "0.5", "a.", "a-b"] {
        refused("mask", text);
    }
    refused("json", "x");
    refused("any", "{}");
    refused("empty", "{}");
}

#[test]
fn a_fault_of_a_value_names_no_line_of_it() {
    for (key, value, expected) in [
        ("timestamp", "soon", "RFC 3339"),
        ("duration", "1h", "seconds"),
        ("json", "[1,", "EOF while parsing"),
        ("object", r#"{"a":[x]}"#, "expected value"),
    ] {
        let error = query(key, &[value]).expect_err("it is none");
        assert_eq!(error.path(), key);
        let message = error.message();
        assert!(message.contains(expected) && !message.contains(" line "), "{message}");
    }
}

#[test]
fn messages_are_set_by_their_fields_only() {
    assert_eq!(bound("child.int32Value", "7").child.expect("a child").int32_value, 7);
    refused("child", "{}");
    for key in ["children", "children.int32Value", "children.child.int32Value"] {
        refused(key, "{}");
    }
}

#[test]
fn maps_are_set_by_key() {
    for key in ["labels[a.b]", "labels.a.b"] {
        assert_eq!(bound(key, "v").labels, [("a.b".to_owned(), "v".to_owned())].into(), "{key}");
    }
    assert_eq!(bound("byInt32[7]", "COLOR_RED").by_int32, [(7, 1)].into());
    assert_eq!(bound("byBool.true", "1").by_bool, [(true, 1)].into());
    assert_eq!(query("byInt32[x]", &["0"]).expect_err("no key").path(), r#"byInt32["x"]"#);
    refused("byInt64[1]", "{}");
    for key in ["labels", "labels[a", "labels[a][b]", "labels[]]"] {
        refused(key, "v");
    }
    assert_eq!(bound("labels.a][b", "v").labels, [("a][b".to_owned(), "v".to_owned())].into());
}

#[test]
fn unknown_keys_name_nothing() {
    for key in [
        "",
        "new",
        ".",
        "child.",
        ".child",
        "child..color",
        "color.x",
        "child[x]",
        "strings[0]",
        "Child",
    ] {
        assert!(query_field(&SINK, key).is_none(), "{key:?}");
    }
    assert!(query_field(&SINK, &"child.".repeat(100_000)).is_none());
    assert!(query_field(&SINK, &("child.".repeat(99) + "color")).is_some());
    let deep = query_field(&SINK, &("child.".repeat(100) + "color")).expect("a field");
    let refused = deep.bind(&["RED"], &mut BytesMut::new()).unwrap_err();
    assert_eq!(refused.message(), "nested too deeply");
}

#[test]
fn groups_are_led_through() {
    let target = query_field(&LEGACY, "page.title").expect("a field");
    let mut fragment = BytesMut::new();
    target.bind(&["x"], &mut fragment).expect("a string");
    let mut message = Legacy::default();
    message.merge_proto(fragment.freeze()).expect("a fragment");
    assert_eq!(message.page.expect("a page").title.as_deref(), Some("x"));
}

#[test]
fn fragments_merge_into_what_is_there() {
    let fields = query_field(&SINK, "child.int32_value").expect("a field").fields;
    let mut message = Sink {
        child: Some(Box::new(Sink { bool_value: true, ..Sink::default() })),
        ..Sink::default()
    };
    let mut fragment = BytesMut::new();
    bind(&fields, &["7"], &mut fragment).expect("an integer");
    message.merge_proto(fragment.freeze()).expect("a fragment");
    let child = message.child.expect("the child");
    assert!(child.bool_value);
    assert_eq!(child.int32_value, 7);
}

#[test]
fn an_encoded_message_is_embedded_at_a_path() {
    let fields = query_field(&SINK, "child.child").expect("a field").fields;
    let inner = Sink { int32_value: 7, ..Sink::default() };
    let mut fragment = BytesMut::new();
    embed(&fields, &prost::Message::encode_to_vec(&inner), &mut fragment);
    let mut message = Sink::default();
    message.merge_proto(fragment.freeze()).expect("a fragment");
    let child = message.child.and_then(|child| child.child).expect("the grandchild");
    assert_eq!(*child, inner);
}

#[test]
fn what_is_set_twice_is_claimed_once() {
    let mut claims = Claims::default();
    let mut claim = |key: &str| claims.claim(&query_field(&SINK, key).expect(key).fields);
    assert!(claim("int32Value").is_ok());
    assert_eq!(claim("int32_value").expect_err("twice").path(), "int32Value");
    assert!(claim("child.int32Value").is_ok());
    assert!(claim("strings").is_ok());
    assert!(claim("strings").is_ok());
    assert!(claim("labels[a]").is_ok());
    assert!(claim("branch.color").is_ok());
    assert!(claim("branch.bool_value").is_ok());
    assert!(claim("text").expect_err("another member").message().contains("oneof"));
    assert!(claim("child.text").is_ok());
    assert!(claim("child.count").is_err());
    assert!(claim("wrappedText").is_ok());
    let part = claim("wrappedText.value").expect_err("its part");
    assert_eq!(
        (part.path(), part.message()),
        ("wrappedText.value", "given as a whole and in part")
    );
    assert!(claim("object.fields[a]").is_ok());
    assert!(claim("object.fields[b]").is_ok());
    assert_eq!(claim("object").expect_err("the whole").path(), "object");
}

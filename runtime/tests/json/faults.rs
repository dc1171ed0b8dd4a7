//! Where errors point, and what bounds a document.

use agentgen::codec::json;
use agentgen::codec::{Message as _, Typed as _};
use agentgen::{Code, Status};
use bytes::Bytes;

use crate::kitchen::Sink;
use crate::{STRICT, refused, sink};

#[test]
fn the_path_leads_to_the_fault() {
    for (text, path) in [
        (r#"{"int32Value":"x"}"#, "int32Value"),
        (r#"{"int32_value":"x"}"#, "int32Value"),
        (r#"{"children":[{},{"child":{"floats":[1,2,"x"]}}]}"#, "children[1].child.floats[2]"),
        (r#"{"labels":{"a \"b\"":1}}"#, r#"labels["a \"b\""]"#),
        (r#"{"byInt64":{"5":{"color":"x"}}}"#, r#"byInt64["5"].color"#),
        (r#"{"branch":{"tint":"x"}}"#, "branch.tint"),
        (r#"{"object":{"a":[1,{"b":1,"b":2}]}}"#, r#"object["a"][1]["b"]"#),
        (r#"{"byInt32":{"x":0}}"#, "byInt32"),
        (r#"{"child":{"new":0}}"#, "child.new"),
        (r#"{"child":{"int32Value":0,"int32Value":0}}"#, "child.int32Value"),
        ("[]", ""),
        ("", ""),
    ] {
        assert_eq!(refused(text).path(), path, "{text}");
    }
}

#[test]
fn line_and_column_stay_in_the_message() {
    let error = refused("{\n  \"int32Value\": true\n}");
    assert_eq!(
        error.to_string(),
        "int32Value: invalid type: boolean `true`, expected a 32-bit integer at line 2 column 20"
    );
}

#[test]
fn a_status_names_the_faulty_field() {
    let status = Status::from(refused(r#"{"children":[{"color":"x"}]}"#));
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(status.details().violations[0].field, "children[0].color");
}

#[test]
fn serde_errors_have_the_path_as_well() {
    let error = serde_json::from_str::<Sink>(r#"{"children":[{"int32Value":"x"}]}"#)
        .expect_err("no integer")
        .to_string();
    assert!(error.starts_with("children[0].int32Value: "), "{error}");
}

#[test]
fn serde_reads_and_writes_the_same_json() {
    let message = Sink { int64_value: 1, floats: vec![0.5], ..Sink::default() };
    let value = serde_json::to_value(&message).expect("JSON");
    assert_eq!(value, serde_json::json!({"int64Value": "1", "floats": [0.5]}));
    assert_eq!(serde_json::from_value::<Sink>(value).expect("a message"), message);
}

#[test]
fn nothing_may_follow_the_document() {
    for text in ["{} {}", "{}x", "{},", "{}}"] {
        refused(text);
    }
    assert_eq!(sink(" {} \n"), Sink::default());
}

#[test]
fn what_is_no_json_is_refused() {
    for text in [
        "{",
        "{\"int32Value\":}",
        "{int32Value:1}",
        "{'int32Value':1}",
        "{\"int32Value\":1,}",
        "{\"int32Value\":01}",
        "{\"doubleValue\":NaN}",
        "{\"stringValue\":\"\\ud800\"}",
        "nul",
        "null",
    ] {
        refused(text);
    }
    assert!(json::read::<Sink>(b"{\"stringValue\":\"\xff\"}", &STRICT).is_err());
}

#[test]
fn protobuf_merges_into_a_message() {
    let mut message = Sink { int32_value: 1, strings: vec!["a".into()], ..Sink::default() };
    let more = Sink { string_value: "x".into(), strings: vec!["b".into()], ..Sink::default() };
    message.merge_proto(Bytes::from(prost::Message::encode_to_vec(&more))).expect("a message");
    assert_eq!(message.int32_value, 1);
    assert_eq!(message.string_value, "x");
    assert_eq!(message.strings, ["a", "b"]);
    assert!(message.merge_proto(Bytes::from_static(&[0xff])).is_err());
    assert!(Sink::TYPE.from_proto(Bytes::from_static(&[0xff])).is_err());
}

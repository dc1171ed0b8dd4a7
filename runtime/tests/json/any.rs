//! `google.protobuf.Any` with the contract's own types and the well-known ones.

use agentgen::codec::json::{self, Options};
use agentgen::codec::{Message, Typed as _};
use agentgen::wkt::{Any, Duration};

use crate::kitchen::Sink;
use crate::tables::TYPES;
use crate::{STRICT, refused, sink, write};

fn any(name: &str, message: &impl prost::Message) -> Any {
    Any { type_url: format!("type.googleapis.com/{name}"), value: message.encode_to_vec() }
}

fn holding(any: Any) -> Sink {
    Sink { any: Some(any), ..Sink::default() }
}

#[test]
fn a_message_of_the_contract_stands_beside_its_type() {
    let inner = Sink { int64_value: 1, string_value: "x".into(), ..Sink::default() };
    let message = holding(any(Sink::TYPE.name, &inner));
    let text = write(&message);
    assert_eq!(
        text,
        r#"{"any":{"@type":"type.googleapis.com/kitchen.v1.Sink","int64Value":"1","stringValue":"x"}}"#
    );
    assert_eq!(sink(&text), message);
    let type_last = r#"{"any":{"int64Value":1,"string_value":"x","@type":"type.googleapis.com/kitchen.v1.Sink"}}"#;
    assert_eq!(sink(type_last), message);
}

#[test]
fn fields_keep_their_order_and_their_form() {
    let inner = Sink {
        float_value: 0.1,
        int32_value: 1,
        bool_value: true,
        color: 1,
        any: Some(any("google.protobuf.DoubleValue", &1e300)),
        ..Sink::default()
    };
    let text = write(&holding(any(Sink::TYPE.name, &inner)));
    assert_eq!(
        text,
        concat!(
            r#"{"any":{"@type":"type.googleapis.com/kitchen.v1.Sink","floatValue":0.1,"int32Value":1,"#,
            r#""boolValue":true,"color":"COLOR_RED","#,
            r#""any":{"@type":"type.googleapis.com/google.protobuf.DoubleValue","value":1e+300}}}"#
        )
    );
}

#[test]
fn it_goes_through_serde_as_well() {
    let inner = Sink { int64_value: 1, ..Sink::default() };
    let duration = any("google.protobuf.Duration", &Duration { seconds: 1, nanos: 0 });
    let message = Sink { anys: vec![any(Sink::TYPE.name, &inner), duration], ..Sink::default() };
    let value = serde_json::to_value(&message).expect("JSON");
    assert_eq!(value["anys"][0]["int64Value"], "1");
    assert_eq!(value["anys"][1]["value"], "1s");
    assert_eq!(serde_json::from_value::<Sink>(value).expect("a message"), message);
    let pretty = serde_json::to_string_pretty(&message).expect("JSON");
    assert!(pretty.contains("\n      \"int64Value\": \"1\""), "{pretty}");
}

#[test]
fn a_well_known_type_stands_in_value() {
    let duration = any("google.protobuf.Duration", &Duration { seconds: 1, nanos: 0 });
    let message = holding(duration);
    let text = write(&message);
    assert_eq!(
        text,
        r#"{"any":{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1s"}}"#
    );
    assert_eq!(sink(&text), message);
}

#[test]
fn empty_stands_as_any_other_message() {
    let message = holding(any("google.protobuf.Empty", &()));
    let text = write(&message);
    assert_eq!(text, r#"{"any":{"@type":"type.googleapis.com/google.protobuf.Empty"}}"#);
    assert_eq!(sink(&text), message);
}

#[test]
fn any_nests_in_any() {
    let innermost = any(Sink::TYPE.name, &Sink { int32_value: 1, ..Sink::default() });
    let message = holding(any("google.protobuf.Any", &innermost));
    let text = write(&message);
    assert_eq!(
        text,
        concat!(
            r#"{"any":{"@type":"type.googleapis.com/google.protobuf.Any","value":"#,
            r#"{"@type":"type.googleapis.com/kitchen.v1.Sink","int32Value":1}}}"#
        )
    );
    assert_eq!(sink(&text), message);
}

#[test]
fn a_root_any_finds_the_types_it_is_given() {
    let message = any(Sink::TYPE.name, &Sink { int32_value: 1, ..Sink::default() });
    let text = r#"{"@type":"type.googleapis.com/kitchen.v1.Sink","int32Value":1}"#;
    let mut out = Vec::new();
    let options = Options { types: TYPES, ..STRICT };
    Message::write_json_with(&message, &options, &mut out).expect("a known type");
    assert_eq!(out, text.as_bytes());
    assert_eq!(json::read::<Any>(text.as_bytes(), &options), Ok(message));
    assert!(json::read::<Any>(text.as_bytes(), &STRICT).is_err());
}

#[test]
fn an_unset_any_is_an_empty_object() {
    assert_eq!(write(&holding(Any::default())), r#"{"any":{}}"#);
    assert_eq!(sink(r#"{"any":{}}"#), holding(Any::default()));
}

#[test]
fn an_unknown_type_is_named_both_ways() {
    let url = "type.googleapis.com/other.v1.Thing";
    let error = refused(&format!(r#"{{"anys":[{{"@type":"{url}","a":1}}]}}"#));
    assert_eq!(error.path(), "anys[0]");
    assert!(error.message().contains(url), "{error}");

    let unknown = Any { type_url: url.into(), value: vec![] };
    let error = (&holding(unknown) as &dyn Message).to_json().expect_err("an unknown type");
    assert_eq!(error.path(), "any");
    assert!(error.message().contains(url), "{error}");
}

#[test]
fn faults_inside_have_their_whole_path() {
    let error = refused(
        r#"{"any":{"@type":"type.googleapis.com/kitchen.v1.Sink","children":[{"int32Value":"x"}]}}"#,
    );
    assert_eq!(error.path(), "any.children[0].int32Value");
    let error = refused(
        r#"{"any":{"@type":"type.googleapis.com/google.protobuf.ListValue","value":[{},{"a":1,"a":2}]}}"#,
    );
    assert_eq!(error.path(), r#"any.value[1]["a"]"#);
}

#[test]
fn a_malformed_any_is_refused() {
    for text in [
        r#"{"any":{"int32Value":1}}"#,
        r#"{"any":{"@type":"kitchen.v1.Sink"}}"#,
        r#"{"any":{"@type":1}}"#,
        r#"{"any":{"@type":""}}"#,
        r#"{"any":{"@type":"a/kitchen.v1.Sink","@type":"a/kitchen.v1.Sink"}}"#,
        r#"{"any":{"@type":"a/kitchen.v1.Sink","int32Value":1,"int32Value":1}}"#,
        r#"{"any":{"@type":"a/google.protobuf.Duration"}}"#,
        r#"{"any":{"@type":"a/google.protobuf.Duration","value":"1s","more":1}}"#,
        r#"{"any":{"@type":"a/google.protobuf.Duration","value":"1"}}"#,
        r#"{"any":[]}"#,
    ] {
        refused(text);
    }
}

#[test]
fn bytes_that_are_no_such_message_are_not_written() {
    let mut broken = any(Sink::TYPE.name, &());
    broken.value = vec![0xff];
    let error = (&holding(broken) as &dyn Message).to_json().expect_err("no message");
    assert_eq!(error.path(), "any");
}

//! One field as a document, and raw HTTP bodies.

use agentgen::codec::json::{Options, field_from_json, field_json};
use agentgen::codec::{self, HttpBody, Message, MessageType, Typed as _};

use crate::kitchen::{SINK, Sink};

fn part(message: &Sink, name: &str) -> String {
    let field = SINK.field(name).expect(name);
    String::from_utf8(field_json(message, field, &Options::DEFAULT).expect(name)).expect("UTF-8")
}

#[test]
fn one_field_of_a_message_is_a_document() {
    let message = Sink {
        int64s: vec![1, 2],
        child: Some(Box::new(Sink { int32_value: 1, ..Sink::default() })),
        ..Sink::default()
    };
    assert_eq!(part(&message, "int64s"), r#"["1","2"]"#);
    assert_eq!(part(&message, "child"), r#"{"int32Value":1}"#);
}

#[test]
fn an_absent_field_is_its_default_or_null() {
    for (name, text) in [
        ("children", "[]"),
        ("labels", "{}"),
        ("child", "null"),
        ("opt_int32", "null"),
        ("text", "null"),
        ("int32Value", "0"),
        ("double_value", "0"),
        ("int64Value", r#""0""#),
        ("boolValue", "false"),
        ("stringValue", r#""""#),
        ("bytesValue", r#""""#),
        ("color", r#""COLOR_UNSPECIFIED""#),
    ] {
        assert_eq!(part(&Sink::default(), name), text, "{name}");
        // What is written as absent is read as absent.
        let field = SINK.field(name).expect(name);
        let read = field_from_json(&SINK, field, text.as_bytes(), &crate::STRICT).expect(name);
        assert_eq!(read.to_proto(), "", "{name}");
    }
}

#[test]
fn a_body_that_is_a_field_cannot_set_other_fields() {
    let field = SINK.field("int32_value").expect("a field");
    let read = |text: &str| field_from_json(&SINK, field, text.as_bytes(), &crate::STRICT);
    let one: &dyn Message = &Sink { int32_value: 1, ..Sink::default() };
    assert_eq!(read(" 1 ").expect("a value").to_proto(), one.to_proto());
    for body in ["1,\"int64Value\":2", "1}{", "", "1 2", "}"] {
        assert_eq!(read(body).expect_err(body).path(), "int32Value");
    }
}

#[test]
fn a_fault_in_a_field_has_its_place_in_the_text_of_the_field() {
    let field = SINK.field("child").expect("a field");
    for (text, expected) in [
        (r#"{"int32Value":"x"}"#, "line 1 column 17"),
        (r#" {"int32Value":"x"}"#, "line 1 column 18"),
        ("\n{\"boolValue\":\n 1}", "line 3 column 2"),
        ("1", "line 1 column 1"),
        ("{} x", "line 1 column 4"),
    ] {
        let fault = field_from_json(&SINK, field, text.as_bytes(), &crate::STRICT);
        let fault = fault.expect_err(text).to_string();
        assert!(fault.starts_with("child"), "{fault}");
        assert!(fault.ends_with(&format!(" at {expected}")), "{text}: {fault}");
    }
}

#[derive(Clone, PartialEq, prost::Message)]
struct Raw {
    #[prost(string, tag = "1")]
    content_type: String,
    #[prost(bytes = "vec", tag = "2")]
    data: Vec<u8>,
}

impl codec::json::Json for Raw {
    fn write<S: codec::json::SerializeMap>(
        &self,
        out: &mut codec::json::Writer<'_, S>,
    ) -> Result<(), S::Error> {
        out.field("contentType", &self.content_type)?;
        out.field("data", &self.data)
    }

    fn read<'de, A: codec::json::MapAccess<'de>>(
        &mut self,
        _: usize,
        value: codec::json::Slot<'_, A>,
    ) -> Result<(), A::Error> {
        value.skip()
    }
}

static RAW: MessageType =
    MessageType { name: "google.api.HttpBody", fields: &[], new: codec::new::<Raw>, rules: None };

agentgen::messages! { Raw => RAW }

#[test]
fn a_raw_body_is_seen_through_its_erased_type() {
    let raw = Raw { content_type: "text/plain".into(), data: b"hello".to_vec() };
    let body = HttpBody::of_part(&raw as &dyn Message, None).expect("decodes").expect("a raw body");
    assert_eq!(body.content_type, "text/plain");
    assert_eq!(body.data, &b"hello"[..]);
    let message = Raw::TYPE.from_proto(body.to_proto()).expect("encodes");
    assert_eq!(message.to_proto(), (&raw as &dyn Message).to_proto());
    assert_eq!(HttpBody::of_part(&Sink::default(), None).expect("another type"), None);
}

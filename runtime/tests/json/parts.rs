//! One field as a document, and raw HTTP bodies.

use agentgen::codec::json::{Options, field_json, wrap_field};
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
        let wrapped = wrap_field(field, text.as_bytes()).expect(name);
        let read: Sink = codec::json::read(&wrapped, &crate::STRICT).expect(name);
        assert_eq!(read, Sink::default(), "{name}");
    }
}

#[test]
fn a_wrapped_body_cannot_set_other_fields() {
    let field = SINK.field("int32_value").expect("a field");
    assert_eq!(wrap_field(field, b" 1 ").expect("a value"), br#"{"int32Value":1}"#);
    for body in ["1,\"int64Value\":2", "1}{", "", "1 2", "}"] {
        assert_eq!(wrap_field(field, body.as_bytes()).expect_err(body).path(), "int32Value");
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

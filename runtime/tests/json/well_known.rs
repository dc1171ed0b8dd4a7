//! The well-known types in the fields of a message, and as messages.

use agentgen::codec::{Message, MessageType, Typed, wkt};
use agentgen::wkt::value::Kind;
use agentgen::wkt::{Duration, FieldMask, ListValue, NullValue, Struct, Timestamp, Value};
use bytes::Bytes;

use crate::kitchen::Sink;
use crate::kitchen::sink::Choice;
use crate::{STRICT, refused, sink, write};

fn value(kind: Kind) -> Value {
    Value { kind: Some(kind) }
}

#[test]
fn well_known_types_have_their_own_forms() {
    let message = Sink {
        timestamp: Some(Timestamp { seconds: 0, nanos: 20_000_000 }),
        duration: Some(Duration { seconds: -1, nanos: -500_000_000 }),
        mask: Some(FieldMask { paths: vec!["a_b".into(), "c.d_e".into()] }),
        wrapped_text: Some("text".into()),
        wrapped_blob: Some(vec![1]),
        wrapped_float: Some(1.5),
        wrapped_counts: vec![1, 0],
        empty: Some(()),
        ..Sink::default()
    };
    let text = write(&message);
    assert_eq!(
        text,
        concat!(
            r#"{"timestamp":"1970-01-01T00:00:00.020Z","duration":"-1.500s","mask":"aB,c.dE","#,
            r#""wrappedText":"text","wrappedBlob":"AQ==","wrappedFloat":1.5,"empty":{},"#,
            r#""wrappedCounts":["1","0"]}"#
        )
    );
    assert_eq!(sink(&text), message);
}

#[test]
fn any_json_goes_through_struct_value_and_list() {
    let message = Sink {
        object: Some(Struct {
            fields: [
                ("a".to_owned(), value(Kind::NumberValue(1.0))),
                ("b".to_owned(), value(Kind::NullValue(0))),
            ]
            .into(),
        }),
        json: Some(value(Kind::StructValue(Struct::default()))),
        list: Some(ListValue {
            values: vec![
                value(Kind::BoolValue(true)),
                value(Kind::StringValue("x".into())),
                value(Kind::ListValue(ListValue::default())),
            ],
        }),
        ..Sink::default()
    };
    let text = write(&message);
    assert_eq!(text, r#"{"object":{"a":1.0,"b":null},"json":{},"list":[true,"x",[]]}"#);
    assert_eq!(sink(&text), message);
}

#[test]
fn null_is_a_value_of_value_and_null_value() {
    let null = value(Kind::NullValue(0));
    assert_eq!(sink(r#"{"json":null}"#).json, Some(null.clone()));
    assert_eq!(sink(r#"{"jsons":[null,1]}"#).jsons.first(), Some(&null));
    assert_eq!(sink(r#"{"null":null}"#).null, Some(NullValue::NullValue as i32));
    assert_eq!(sink(r#"{"nulls":[null,null]}"#).nulls, [0, 0]);
    assert_eq!(sink(r#"{"nothing":null}"#).choice, Some(Choice::Nothing(0)));
    assert_eq!(sink(r#"{"null":"NULL_VALUE"}"#).null, Some(0));

    let message = Sink {
        null: Some(0),
        nulls: vec![0],
        choice: Some(Choice::Nothing(0)),
        json: Some(Value::default()),
        ..Sink::default()
    };
    assert_eq!(write(&message), r#"{"nothing":null,"null":null,"nulls":[null],"json":null}"#);
}

#[test]
fn what_has_no_json_form_is_not_written() {
    let cases = [
        (
            Sink {
                times: vec![Timestamp::default(), Timestamp { seconds: i64::MAX, nanos: 0 }],
                ..Sink::default()
            },
            "times[1]",
        ),
        (
            Sink { duration: Some(Duration { seconds: 1, nanos: -1 }), ..Sink::default() },
            "duration",
        ),
        (Sink { mask: Some(FieldMask { paths: vec!["aB".into()] }), ..Sink::default() }, "mask"),
        (Sink { mask: Some(FieldMask { paths: vec!["a..b".into()] }), ..Sink::default() }, "mask"),
        (
            Sink {
                by_int64: [(
                    3,
                    Sink { json: Some(value(Kind::NumberValue(f64::NAN))), ..Sink::default() },
                )]
                .into(),
                ..Sink::default()
            },
            r#"byInt64["3"].json"#,
        ),
    ];
    for (message, path) in cases {
        let mut out = b"before".to_vec();
        let error = Message::write_json(&message, &mut out).expect_err(path);
        assert_eq!(error.path(), path);
        assert_eq!(out, b"before", "nothing half-written is left");
    }
}

#[test]
fn a_mask_has_paths_of_names_or_nothing() {
    for (text, paths) in [("", ""), ("a.bC,*", "a.b_c,*"), ("Field.x1", "_field.x1")] {
        let document = format!(r#"{{"mask":"{text}"}}"#);
        assert_eq!(sink(&document).mask.expect("a mask").paths.join(","), paths);
        assert_eq!(write(&sink(&document)), document);
    }
}

#[test]
fn what_is_no_such_type_is_refused() {
    for text in [
        r#"{"timestamp":0}"#,
        r#"{"timestamp":{"seconds":1}}"#,
        r#"{"timestamp":"0000-01-01T00:00:00Z"}"#,
        r#"{"duration":1}"#,
        r#"{"duration":"1"}"#,
        r#"{"mask":["a"]}"#,
        r#"{"mask":"a_b"}"#,
        r#"{"mask":"_"}"#,
        r#"{"mask":"0.5"}"#,
        r#"{"mask":"1a"}"#,
        r#"{"mask":"a..b"}"#,
        r#"{"mask":"a."}"#,
        r#"{"mask":"a,"}"#,
        r#"{"object":[]}"#,
        r#"{"list":{}}"#,
        r#"{"empty":{"a":1}}"#,
        r#"{"empty":[]}"#,
        r#"{"wrappedText":{"value":"x"}}"#,
        r#"{"wrappedCounts":["x"]}"#,
    ] {
        refused(text);
    }
}

#[test]
fn they_are_messages_of_their_own() {
    let cases: [(&MessageType, &str, &[u8]); 12] = [
        (&wkt::TIMESTAMP, r#""1970-01-01T00:00:01Z""#, &[8, 1]),
        (&wkt::DURATION, r#""1s""#, &[8, 1]),
        (&wkt::FIELD_MASK, r#""a""#, &[10, 1, b'a']),
        (&wkt::EMPTY, "{}", &[]),
        (&wkt::STRUCT, "{}", &[]),
        (&wkt::VALUE, "null", &[8, 0]),
        (&wkt::LIST_VALUE, "[null]", &[10, 2, 8, 0]),
        (&wkt::STRING_VALUE, r#""a""#, &[10, 1, b'a']),
        (&wkt::BYTES_VALUE, r#""AQ==""#, &[10, 1, 1]),
        (&wkt::INT64_VALUE, r#""7""#, &[8, 7]),
        (&wkt::BOOL_VALUE, "true", &[8, 1]),
        (&wkt::ANY, "{}", &[]),
    ];
    for (of, text, bytes) in cases {
        let from_json = of.from_json(text.as_bytes(), &STRICT).expect(of.name);
        assert_eq!(from_json.to_proto(), bytes, "{}", of.name);
        let from_proto = of.from_proto(Bytes::copy_from_slice(bytes)).expect(of.name);
        assert_eq!(write(from_proto.as_ref()), text, "{}", of.name);
        assert_eq!(from_proto.message_type().name, of.name);
    }
}

#[test]
fn their_tables_have_the_fields_of_their_encoding() {
    let number = |of: &MessageType, name| of.field(name).map(|field| field.number);
    assert_eq!(number(&wkt::TIMESTAMP, "nanos"), Some(2));
    assert_eq!(number(&wkt::ANY, "typeUrl"), Some(1));
    assert_eq!(number(&wkt::VALUE, "list_value"), Some(6));
    assert_eq!(<() as Typed>::TYPE.name, wkt::EMPTY.name);
    assert_eq!(<String as Typed>::TYPE.name, wkt::STRING_VALUE.name);
}

//! JSON bodies: decoded into messages of every kind, and what decodes is
//! encoded and decoded again.

use agentgen::codec::{MessageType, Typed, json};
use agentgen::wkt;
use agentgen_tests::golden::workshop::workshop::v1::Everything;

use super::run;

const CORPUS: &[&[u8]] = &[
    br#"{"int32Value": -1, "uint64Value": "18446744073709551615", "floatValue": "NaN", "stringValue": "x"}"#,
    br#"{"doubleValue": 1.5e-300, "bytesValue": "AQI=", "boolValue": true, "color": "RED"}"#,
    br#"{"@type": "type.googleapis.com/google.protobuf.Duration", "value": "1.5s"}"#,
    br#"{"a": [1, null, {"b": "c"}], "d": "\u00e9\ud83d\ude00"}"#,
    br#""2026-11-21T00:25:00.000000001Z""#,
    br#""fooBar,baz.quxQuux""#,
    br#"[1, "two", null, true, {"three": [4]}]"#,
];

fn types() -> [&'static MessageType; 7] {
    [
        Everything::TYPE,
        wkt::Any::TYPE,
        wkt::Struct::TYPE,
        wkt::Value::TYPE,
        wkt::Timestamp::TYPE,
        wkt::Duration::TYPE,
        wkt::FieldMask::TYPE,
    ]
}

#[test]
fn no_json_body_makes_a_message_panic() {
    let mut decoded = 0;
    run("json", CORPUS, |bytes| {
        for message_type in types() {
            let Ok(message) = message_type.from_json(bytes, &json::Options::default()) else {
                continue;
            };
            let mut text = Vec::new();
            if message.write_json(&mut text).is_ok() {
                let again = message_type.from_json(&text, &json::Options::default());
                let again = again.expect("what was written can be read");
                assert_eq!(
                    message.to_proto(),
                    again.to_proto(),
                    "{}",
                    String::from_utf8_lossy(&text)
                );
                decoded += 1;
            }
        }
    });
    assert!(decoded > 0, "no mutation was decodable: the corpus is broken");
}

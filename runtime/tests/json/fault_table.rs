//! What is said of every kind of fault: where it is, and why it is one.

use crate::refused;

/// Text, and the error it gives.
const FAULTS: &[(&str, &str)] = &[
    // The document.
    ("", "the text is empty: no JSON value at all"),
    ("null", "invalid type: null, expected an object: message kitchen.v1.Sink at line 1 column 4"),
    (
        "[]",
        "invalid type: sequence, expected an object: message kitchen.v1.Sink at line 1 column 0",
    ),
    ("{", "EOF while parsing an object at line 1 column 1"),
    (r#"{"int32Value":1} x"#, "trailing characters at line 1 column 18"),
    (r#"{"int32Value":1,}"#, "trailing comma at line 1 column 17"),
    (r#"{"int32Value":01}"#, "int32Value: invalid number at line 1 column 16"),
    ("{int32Value:1}", "key must be a string at line 1 column 2"),
    (r#"{"doubleValue":NaN}"#, "doubleValue: expected value at line 1 column 16"),
    // Fields.
    (r#"{"new":1}"#, "new: unknown field at line 1 column 6"),
    (r#"{"child":{"new":1}}"#, "child.new: unknown field at line 1 column 15"),
    (r#"{"new field":1}"#, r#"["new field"]: unknown field at line 1 column 12"#),
    (
        r#"{"int32Value":1,"int32Value":1}"#,
        "int32Value: the field is given twice at line 1 column 28",
    ),
    (
        r#"{"child":{"int32Value":1,"int32_value":1}}"#,
        "child.int32Value: the field is given twice at line 1 column 38",
    ),
    (
        r#"{"text":"a","tint":"COLOR_RED"}"#,
        "tint: another member of the same oneof is set already at line 1 column 31",
    ),
    // Numbers.
    (
        r#"{"int32Value":"x"}"#,
        r#"int32Value: invalid value: string "x", expected a 32-bit integer at line 1 column 17"#,
    ),
    (
        r#"{"int32Value":1.5}"#,
        "int32Value: invalid value: floating point `1.5`, expected a 32-bit integer at line 1 column 17",
    ),
    (
        r#"{"int32Value":2147483648}"#,
        "int32Value: invalid value: integer `2147483648`, expected a 32-bit integer at line 1 column 24",
    ),
    (
        r#"{"uint64Value":-1}"#,
        "uint64Value: invalid value: integer `-1`, expected an unsigned 64-bit integer at line 1 column 17",
    ),
    (
        r#"{"int64Value":"9223372036854775808"}"#,
        r#"int64Value: invalid value: string "9223372036854775808", expected a 64-bit integer at line 1 column 35"#,
    ),
    (
        r#"{"children":[{},{"child":{"floats":[1,2,"x"]}}]}"#,
        r#"children[1].child.floats[2]: invalid value: string "x", expected a number in the range of a 32-bit float at line 1 column 43"#,
    ),
    (
        r#"{"floatValue":3.5e38}"#,
        "floatValue: invalid value: floating point `3.5e+38`, expected a number in the range of a 32-bit float at line 1 column 20",
    ),
    (r#"{"doubleValue":1e309}"#, "doubleValue: number out of range at line 1 column 20"),
    // Other scalars.
    (
        r#"{"doubleValue":true}"#,
        "doubleValue: invalid type: boolean `true`, expected a number at line 1 column 19",
    ),
    (
        r#"{"boolValue":"true"}"#,
        r#"boolValue: invalid type: string "true", expected a boolean at line 1 column 19"#,
    ),
    (
        r#"{"stringValue":1}"#,
        "stringValue: invalid type: integer `1`, expected a string at line 1 column 16",
    ),
    (r#"{"bytesValue":"?"}"#, "bytesValue: not base64 at line 1 column 17"),
    (
        r#"{"color":"GREEN"}"#,
        r#"color: "GREEN" is no value of enum kitchen.v1.Color at line 1 column 16"#,
    ),
    (r#"{"color":1.5}"#, "color: not a whole number in the range of int32 at line 1 column 12"),
    (
        r#"{"color":true}"#,
        "color: invalid type: boolean `true`, expected a name or number of enum kitchen.v1.Color at line 1 column 13",
    ),
    // Lists and maps.
    (
        r#"{"strings":"a"}"#,
        r#"strings: invalid type: string "a", expected a list at line 1 column 14"#,
    ),
    (
        r#"{"strings":["a",null]}"#,
        "strings[1]: invalid type: null, expected a string at line 1 column 20",
    ),
    (r#"{"strings":{}}"#, "strings: invalid type: map, expected a list at line 1 column 13"),
    (r#"{"labels":[]}"#, "labels: invalid type: sequence, expected an object at line 1 column 12"),
    (
        r#"{"labels":{"a \"b\"":1}}"#,
        r#"labels["a \"b\""]: invalid type: integer `1`, expected a string at line 1 column 22"#,
    ),
    (
        r#"{"labels":{"a":null}}"#,
        r#"labels["a"]: invalid type: null, expected a string at line 1 column 19"#,
    ),
    (r#"{"labels":{"a":"1","a":"2"}}"#, r#"labels["a"]: duplicate key at line 1 column 27"#),
    (
        r#"{"byInt32":{"x":0}}"#,
        r#"byInt32: invalid value: string "x", expected an integer in a string, in the range of int32 at line 1 column 15"#,
    ),
    (
        r#"{"byInt32":{"4294967296":0}}"#,
        r#"byInt32: invalid value: string "4294967296", expected an integer in a string, in the range of int32 at line 1 column 24"#,
    ),
    (
        r#"{"byBool":{"1":0}}"#,
        r#"byBool: invalid value: string "1", expected true or false in a string at line 1 column 14"#,
    ),
    // Messages and well-known types.
    (
        r#"{"child":1}"#,
        "child: invalid type: integer `1`, expected an object: message kitchen.v1.Sink at line 1 column 10",
    ),
    (
        r#"{"timestamp":"2025-02-29T00:00:00Z"}"#,
        r#"timestamp: invalid value: string "2025-02-29T00:00:00Z", expected an RFC 3339 time of the years 1 to 9999, such as "2025-01-31T12:00:00Z" at line 1 column 35"#,
    ),
    (
        r#"{"timestamp":5}"#,
        r#"timestamp: invalid type: integer `5`, expected an RFC 3339 time of the years 1 to 9999, such as "2025-01-31T12:00:00Z" at line 1 column 14"#,
    ),
    (
        r#"{"duration":"1"}"#,
        r#"duration: invalid value: string "1", expected seconds with the suffix "s", such as "1.5s", up to 315576000000 either way at line 1 column 15"#,
    ),
    (
        r#"{"mask":"a_b"}"#,
        r#"mask: invalid value: string "a_b", expected comma-separated paths of field names in lowerCamelCase, such as "a.bC,d" at line 1 column 13"#,
    ),
    (
        r#"{"mask":"0.5"}"#,
        r#"mask: invalid value: string "0.5", expected comma-separated paths of field names in lowerCamelCase, such as "a.bC,d" at line 1 column 13"#,
    ),
    (
        r#"{"object":{"a":[1,{"b":1,"b":2}]}}"#,
        r#"object["a"][1]["b"]: duplicate key at line 1 column 31"#,
    ),
    (r#"{"object":[]}"#, "object: invalid type: sequence, expected an object at line 1 column 10"),
    (r#"{"list":{}}"#, "list: invalid type: map, expected a list at line 1 column 8"),
    (r#"{"empty":{"a":1}}"#, "empty.a: unknown field at line 1 column 13"),
    (
        r#"{"empty":1}"#,
        "empty: invalid type: integer `1`, expected an object without fields at line 1 column 10",
    ),
    (
        r#"{"wrappedCounts":[1,"x"]}"#,
        r#"wrappedCounts[1]: invalid value: string "x", expected a 64-bit integer at line 1 column 23"#,
    ),
    // `Any`.
    (r#"{"any":{"int32Value":1}}"#, r#"any: the member "@type" is missing at line 1 column 24"#),
    (
        r#"{"any":{"@type":1}}"#,
        "any: invalid type: integer `1`, expected a string at line 1 column 19",
    ),
    (
        r#"{"any":{"@type":"a/other.v1.Thing"}}"#,
        r#"any: @type "a/other.v1.Thing" names no message of this contract and no well-known type at line 1 column 36"#,
    ),
    (
        r#"{"any":{"@type":"a/kitchen.v1.Sink","@type":"a/kitchen.v1.Sink"}}"#,
        r#"any: "@type" is given twice at line 1 column 65"#,
    ),
    (
        r#"{"anys":[{"@type":"a/kitchen.v1.Sink","children":[{"color":"GREEN"}]}]}"#,
        r#"anys[0].children[0].color: "GREEN" is no value of enum kitchen.v1.Color at line 1 column 70"#,
    ),
    (
        r#"{"any":{"@type":"a/google.protobuf.Duration"}}"#,
        r#"any: the member "value" is missing at line 1 column 46"#,
    ),
    (
        r#"{"any":{"@type":"a/google.protobuf.Duration","value":"1"}}"#,
        r#"any.value: invalid value: string "1", expected seconds with the suffix "s", such as "1.5s", up to 315576000000 either way at line 1 column 58"#,
    ),
    (
        r#"{"any":{"@type":"a/google.protobuf.Duration","value":"1s","more":1}}"#,
        "any.more: unknown field at line 1 column 68",
    ),
    (
        r#"{"any":[]}"#,
        r#"any: invalid type: sequence, expected an object with the member "@type" at line 1 column 10"#,
    ),
];

#[test]
fn every_fault_has_its_path_and_its_reason() {
    for (text, expected) in FAULTS {
        assert_eq!(refused(text).to_string(), *expected, "{text}");
    }
}

//! Numbers, booleans, strings, bytes and enum values.

use agentgen::codec::json;

use crate::kitchen::Sink;
use crate::{read, refused, sink, write};

#[test]
fn integers_come_as_numbers_or_strings_if_they_are_integral() {
    for text in ["5", "5.0", "0.5e1", "50e-1", r#""5""#, r#""5.0""#, r#""5e0""#, r#""0.05e2""#] {
        let message = sink(&format!(r#"{{"int32Value":{text},"uint64Value":{text}}}"#));
        assert_eq!((message.int32_value, message.uint64_value), (5, 5), "{text}");
    }
    assert_eq!(sink(r#"{"int64Value":"1e3"}"#).int64_value, 1000);
    assert_eq!(sink(r#"{"int32Value":-0}"#).int32_value, 0);
}

#[test]
fn what_is_no_integer_is_refused() {
    for text in [
        "1.5",
        "1e-1",
        r#""1.5""#,
        r#""""#,
        r#"" 1""#,
        r#""1 ""#,
        r#""+1""#,
        r#""01""#,
        r#""1.""#,
        r#"".5""#,
        r#""0x1""#,
        r#""1_0""#,
        r#""1e""#,
        r#""-""#,
        "true",
        "[]",
        "{}",
        r#""NaN""#,
        r#""1e999999999999""#,
        r#""1e40""#,
    ] {
        refused(&format!(r#"{{"int32Value":{text}}}"#));
        refused(&format!(r#"{{"uint64Value":{text}}}"#));
    }
}

#[test]
fn integers_keep_their_range_to_the_last_unit() {
    let cases = [
        ("int32Value", "2147483647", "2147483648"),
        ("int32Value", "-2147483648", "-2147483649"),
        ("uint32Value", "4294967295", "4294967296"),
        ("uint32Value", "0", "-1"),
        ("sfixed32Value", "2147483647", "2147483648"),
        ("fixed32Value", "4294967295", "4294967296"),
        ("int64Value", "9223372036854775807", "9223372036854775808"),
        ("int64Value", "-9223372036854775808", "-9223372036854775809"),
        ("uint64Value", "18446744073709551615", "18446744073709551616"),
        ("uint64Value", "0", "-1"),
        ("fixed64Value", "18446744073709551615", "18446744073709551616"),
        ("sint64Value", "-9223372036854775808", "-9223372036854775809"),
    ];
    for (field, inside, outside) in cases {
        for quote in ["", "\""] {
            let text = |value: &str| format!("{{\"{field}\":{quote}{value}{quote}}}");
            if inside == "0" {
                assert_eq!(sink(&text(inside)), Sink::default());
            } else {
                assert!(write(&sink(&text(inside))).contains(inside), "{field} {inside}");
            }
            assert_eq!(refused(&text(outside)).path(), field, "{outside}");
        }
    }
}

#[test]
fn numbers_with_a_fraction_or_an_exponent_are_read_as_exactly_as_strings() {
    for (field, text, expected) in [
        ("int64Value", "1234567890123456789.0", "1234567890123456789"),
        ("int64Value", "9.007199254740993e15", "9007199254740993"),
        ("int64Value", "9.223372036854775807e18", "9223372036854775807"),
        ("int64Value", "-9223372036854775808.00", "-9223372036854775808"),
        ("uint64Value", "1.8446744073709551615E+19", "18446744073709551615"),
        ("fixed64Value", "90071992547409930e-1", "9007199254740993"),
        ("sint64Value", "-9007199254740993.0", "-9007199254740993"),
        ("int64s", "[1,9007199254740993.0]", r#"["1","9007199254740993"]"#),
        ("count", "9007199254740993.0", "9007199254740993"),
        ("byBool", r#"{"true":9007199254740993.0}"#, r#""9007199254740993""#),
        ("children", r#"[{"int64Value":9007199254740993.0}]"#, "9007199254740993"),
        (
            "any",
            r#"{"@type":"a/kitchen.v1.Sink","int64Value":9007199254740993.0}"#,
            "9007199254740993",
        ),
        ("int32Value", "-0.0", ""),
        ("int32Value", "0e9", ""),
        ("int32Value", "10000000000000000000000000000000000000000000e-43", "1"),
    ] {
        let written = write(&sink(&format!(r#"{{"stringValue":"s","{field}":{text}}}"#)));
        assert!(written.contains(expected), "{field} {text}: {written}");
    }
}

#[test]
fn numbers_that_only_rounding_makes_integers_are_refused() {
    for (text, column) in [
        (r#"{"int64Value":9007199254740993.5}"#, 32),
        (r#"{"int64Value":4503599627370497.3 , "int32Value":1}"#, 32),
        (r#"{"int32Value":1.00000000000000000001}"#, 36),
        (r#"{"int64Value":9.2233720368547758071e18}"#, 38),
        (r#"{"uint64Value":1.8446744073709551616e19}"#, 39),
        (r#"{"int64Value":1e300}"#, 19),
        (r#"{"int64Value":18446744073709551616}"#, 34),
    ] {
        let fault = refused(text);
        assert!(text.contains(fault.path()) && !fault.path().is_empty(), "{text}: {fault}");
        let number = text.split([':', ',', '}']).nth(1).expect("a number").trim();
        assert!(fault.message().contains(&format!("`{number}`")), "{text}: {fault}");
        let place = format!("-bit integer at line 1 column {column}");
        assert!(fault.message().ends_with(&place), "{text}: {fault}");
    }
    let lines = refused("{\n\"children\": [{\n\"int64Value\": 1.00000000000000000001\n}]}");
    assert!(lines.to_string().ends_with(" at line 3 column 36"), "{lines}");
    assert_eq!(lines.path(), "children[0].int64Value");
}

/// Others' deserializers give floats alone: what they may have rounded is refused.
#[test]
fn floats_of_other_deserializers_are_integers_where_none_is_rounded_to_them() {
    let read = |text: &str| serde_json::from_str::<Sink>(text).map(|sink| sink.int64_value);
    assert_eq!(read(r#"{"int64Value":9007199254740991.0}"#).expect("exact"), 9_007_199_254_740_991);
    assert!(read(r#"{"int64Value":9007199254740993.0}"#).is_err());
}

#[test]
fn integers_of_64_bits_are_written_as_strings() {
    let message =
        Sink { int64_value: i64::MIN, fixed64_value: 7, int32_value: 7, ..Sink::default() };
    assert_eq!(
        write(&message),
        r#"{"int32Value":7,"int64Value":"-9223372036854775808","fixed64Value":"7"}"#
    );
}

#[test]
fn floats_come_as_numbers_or_strings() {
    for (text, value) in [
        ("1.5", 1.5),
        ("2", 2.0),
        ("-3", -3.0),
        (r#""1.5""#, 1.5),
        (r#""1e3""#, 1000.0),
        (r#""Infinity""#, f64::INFINITY),
        (r#""-Infinity""#, f64::NEG_INFINITY),
    ] {
        let message = sink(&format!(r#"{{"doubleValue":{text},"floatValue":{text}}}"#));
        assert_eq!(message.double_value.to_bits(), value.to_bits(), "{text}");
        assert_eq!(f64::from(message.float_value).to_bits(), value.to_bits(), "{text}");
    }
    let nan = sink(r#"{"doubleValue":"NaN","floatValue":"NaN"}"#);
    assert!(nan.double_value.is_nan() && nan.float_value.is_nan());
}

#[test]
fn floats_out_of_range_are_refused() {
    for text in
        ["1e309", "-1e309", r#""1e309""#, r#""inf""#, r#""nan""#, r#""""#, r#""1,5""#, "true"]
    {
        refused(&format!(r#"{{"doubleValue":{text}}}"#));
    }
    for text in ["3.5e38", "-3.5e38", r#""3.5e38""#] {
        refused(&format!(r#"{{"floatValue":{text}}}"#));
        assert!(read(&format!(r#"{{"doubleValue":{text}}}"#)).is_ok());
    }
}

#[test]
fn floats_that_are_no_json_numbers_are_written_as_strings() {
    let message = Sink {
        double_value: f64::NAN,
        float_value: f32::NEG_INFINITY,
        floats: vec![0.1, f32::INFINITY],
        ..Sink::default()
    };
    assert_eq!(
        write(&message),
        r#"{"doubleValue":"NaN","floatValue":"-Infinity","floats":[0.1,"Infinity"]}"#
    );
}

#[test]
fn the_largest_float_is_written_so_that_readers_with_doubles_take_it() {
    let message = Sink { floats: vec![f32::MAX, f32::MIN], ..Sink::default() };
    let text = write(&message);
    let values: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    for (index, float) in [f32::MAX, f32::MIN].into_iter().enumerate() {
        assert_eq!(values["floats"][index].as_f64(), Some(f64::from(float)));
    }
    assert_eq!(sink(&text), message);
}

#[test]
fn a_negative_zero_is_no_default() {
    let message = Sink { double_value: -0.0, float_value: -0.0, ..Sink::default() };
    let text = write(&message);
    assert_eq!(text, r#"{"doubleValue":-0.0,"floatValue":-0.0}"#);
    assert!(sink(&text).double_value.is_sign_negative());
    assert!(sink(r#"{"doubleValue":-0}"#).double_value.is_sign_negative());
}

#[test]
fn bytes_are_standard_base64_and_read_in_every_variant() {
    let bytes = vec![0xfb, 0xff, 0xfe, 0x01];
    let message = Sink { bytes_value: bytes.clone(), ..Sink::default() };
    assert_eq!(write(&message), r#"{"bytesValue":"+//+AQ=="}"#);
    for text in ["+//+AQ==", "+//+AQ", "-__-AQ==", "-__-AQ", "-__-AR"] {
        assert_eq!(sink(&format!(r#"{{"bytesValue":"{text}"}}"#)).bytes_value, bytes, "{text}");
    }
    for text in ["\"+//+A\"", "\"+__+\"", "\"*\"", "\"+//+ AQ==\"", "1", "[1]"] {
        refused(&format!(r#"{{"bytesValue":{text}}}"#));
    }
}

#[test]
fn booleans_and_strings_take_nothing_else() {
    for (field, values) in
        [("boolValue", ["\"true\"", "1", "\"\""]), ("stringValue", ["1", "true", "[]"])]
    {
        for value in values {
            refused(&format!(r#"{{"{field}":{value}}}"#));
        }
    }
    assert_eq!(sink(r#"{"stringValue":"\u00e9\n"}"#).string_value, "é\n");
}

#[test]
fn enum_values_are_written_by_their_first_name_and_read_by_any() {
    assert_eq!(write(&Sink { color: 1, ..Sink::default() }), r#"{"color":"COLOR_RED"}"#);
    assert_eq!(write(&Sink { color: -1, ..Sink::default() }), r#"{"color":"COLOR_BLUE"}"#);
    for text in [r#""COLOR_RED""#, r#""COLOR_CRIMSON""#, "1", "1.0"] {
        assert_eq!(sink(&format!(r#"{{"color":{text}}}"#)).color, 1, "{text}");
    }
}

#[test]
fn unknown_numbers_of_open_enums_survive() {
    assert_eq!(write(&sink(r#"{"color":42}"#)), r#"{"color":42}"#);
    for text in ["2147483648", "1.5", "true", r#""42""#, r#""color_red""#] {
        refused(&format!(r#"{{"color":{text}}}"#));
    }
}

#[test]
fn unknown_names_of_enums_are_ignored_on_request() {
    let text = r#"{"color":"NEW","colors":["COLOR_RED","NEW"],"byInt32":{"1":"NEW","2":"COLOR_RED"},"tint":"NEW"}"#;
    refused(text);
    let message: Sink =
        json::read(text.as_bytes(), &json::Options::default()).expect("lenient reading");
    assert_eq!(message, Sink { colors: vec![1], by_int32: [(2, 1)].into(), ..Sink::default() });
}

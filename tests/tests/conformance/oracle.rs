//! Our JSON against Google's Python implementation, on random messages with
//! every type of field: what Python writes is read as the same message, and
//! what we write, Python reads as the same message.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use agentgen::codec::json::Options;
use agentgen::codec::{Message, MessageType, Typed, wkt};
use agentgen_tests::conformance;
use agentgen_tests::environment::python_script;
use agentgen_tests::golden::{legacy, workshop};

const SCRIPT: &str = "json_oracle.py";
const MESSAGES: u32 = 500;
/// Of the messages of the suite, each of which has hundreds of fields.
const LARGE_MESSAGES: u32 = 60;
const SEED: &str = "2";
/// The well-known types, as documents of their own.
const WELL_KNOWN: [&MessageType; 17] = [
    &wkt::ANY,
    &wkt::BOOL_VALUE,
    &wkt::BYTES_VALUE,
    &wkt::DOUBLE_VALUE,
    &wkt::DURATION,
    &wkt::EMPTY,
    &wkt::FIELD_MASK,
    &wkt::FLOAT_VALUE,
    &wkt::INT32_VALUE,
    &wkt::INT64_VALUE,
    &wkt::LIST_VALUE,
    &wkt::STRING_VALUE,
    &wkt::STRUCT,
    &wkt::TIMESTAMP,
    &wkt::UINT32_VALUE,
    &wkt::UINT64_VALUE,
    &wkt::VALUE,
];
const STRICT: Options = Options { ignore_unknown_fields: false, ..Options::DEFAULT };

#[test]
fn messages_with_every_field_agree_both_ways() {
    agree(
        workshop::workshop::v1::Everything::TYPE,
        workshop::descriptors::DESCRIPTOR_SET,
        MESSAGES,
    );
}

#[test]
fn messages_with_odd_names_agree_both_ways() {
    agree(workshop::workshop::v1::Keywords::TYPE, workshop::descriptors::DESCRIPTOR_SET, MESSAGES);
    agree(workshop::workshop::v1::Option::TYPE, workshop::descriptors::DESCRIPTOR_SET, MESSAGES);
}

#[test]
fn messages_of_proto2_agree_both_ways() {
    agree(legacy::legacy::Record::TYPE, legacy::descriptors::DESCRIPTOR_SET, MESSAGES);
    agree(legacy::legacy::Query::TYPE, legacy::descriptors::DESCRIPTOR_SET, MESSAGES);
}

#[test]
fn the_messages_of_the_official_suite_agree_both_ways() {
    for name in ["proto2.TestAllTypesProto2", "proto3.TestAllTypesProto3"] {
        let of = conformance::message_type(&format!("protobuf_test_messages.{name}"));
        agree(of, conformance::DESCRIPTOR_SET, LARGE_MESSAGES);
    }
}

#[test]
fn the_well_known_types_agree_both_ways() {
    for of in WELL_KNOWN {
        agree(of, conformance::DESCRIPTOR_SET, MESSAGES);
    }
}

fn agree(of: &MessageType, descriptors: &[u8], messages: u32) {
    let image = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.binpb", of.name));
    std::fs::write(&image, descriptors).expect("a folder for the image");
    let mut ours = String::new();
    for line in generate(&image, of, messages) {
        let (encoded, theirs) = line.split_once('\t').expect("two columns");
        let text = write(from_proto(of, encoded).as_ref());
        let read = of
            .from_json(theirs.as_bytes(), &STRICT)
            .unwrap_or_else(|error| panic!("{error}\n{theirs}"));
        assert_eq!(write(read.as_ref()), text, "what Python wrote was: {theirs}");
        writeln!(ours, "{encoded}\t{text}").expect("memory");
    }
    check(&image, of, &ours, messages);
}

fn from_proto(of: &MessageType, hex: &str) -> Box<dyn Message> {
    let digits = hex.as_bytes().chunks(2);
    let byte = |pair: &[u8]| {
        let pair = std::str::from_utf8(pair).expect("ASCII");
        u8::from_str_radix(pair, 16).expect("hex")
    };
    of.from_proto(digits.map(byte).collect::<Vec<_>>().into()).expect("protobuf of Python")
}

fn write(message: &dyn Message) -> String {
    String::from_utf8(message.to_json().expect("a JSON form")).expect("UTF-8")
}

fn generate(image: &Path, of: &MessageType, messages: u32) -> Vec<String> {
    let output = python_script(SCRIPT)
        .arg("generate")
        .arg(image)
        .args([of.name, SEED, &messages.to_string()])
        .output()
        .expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let lines: Vec<_> = text.lines().map(str::to_owned).collect();
    assert_eq!(lines.len().to_string(), messages.to_string());
    lines
}

fn check(image: &Path, of: &MessageType, lines: &str, messages: u32) {
    let mut python = python_script(SCRIPT)
        .arg("check")
        .arg(image)
        .arg(of.name)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let mut input = python.stdin.take().expect("a pipe");
    // Python reads to its first finding; what is then left unread is no news.
    let sent = input.write_all(lines.as_bytes());
    drop(input);
    let output = python.wait_with_output().expect("Python ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    sent.expect("Python reads all lines");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), messages.to_string());
}

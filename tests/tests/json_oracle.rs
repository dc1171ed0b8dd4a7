//! Our JSON against Google's Python implementation, on random messages with
//! every type of field: what Python writes is read as the same message, and
//! what we write, Python reads as the same message.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use agentgen::codec::json::Options;
use agentgen::codec::{Message, MessageType, Typed};
use agentgen_tests::environment::python_script;
use agentgen_tests::golden::{legacy, workshop};

const SCRIPT: &str = "json_oracle.py";
const MESSAGES: &str = "500";
const SEED: &str = "2";
const STRICT: Options = Options { ignore_unknown_fields: false, max_depth: 100, types: &[] };

#[test]
fn messages_with_every_field_agree_both_ways() {
    agree::<workshop::workshop::v1::Everything>(workshop::descriptors::DESCRIPTOR_SET);
}

#[test]
fn messages_with_odd_names_agree_both_ways() {
    agree::<workshop::workshop::v1::Keywords>(workshop::descriptors::DESCRIPTOR_SET);
    agree::<workshop::workshop::v1::Option>(workshop::descriptors::DESCRIPTOR_SET);
}

#[test]
fn messages_of_proto2_agree_both_ways() {
    agree::<legacy::legacy::Record>(legacy::descriptors::DESCRIPTOR_SET);
    agree::<legacy::legacy::Query>(legacy::descriptors::DESCRIPTOR_SET);
}

fn agree<M: Typed>(descriptors: &[u8]) {
    let of = M::TYPE;
    let image = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.binpb", of.name));
    std::fs::write(&image, descriptors).expect("a folder for the image");
    let mut ours = String::new();
    for line in generate(&image, of) {
        let (encoded, theirs) = line.split_once('\t').expect("two columns");
        let text = write(from_proto(of, encoded).as_ref());
        let read = (of.from_json)(theirs.as_bytes(), &STRICT)
            .unwrap_or_else(|error| panic!("{error}\n{theirs}"));
        assert_eq!(write(read.as_ref()), text, "what Python wrote was: {theirs}");
        writeln!(ours, "{encoded}\t{text}").expect("memory");
    }
    check(&image, of, &ours);
}

fn from_proto(of: &MessageType, hex: &str) -> Box<dyn Message> {
    let digits = hex.as_bytes().chunks(2);
    let byte = |pair: &[u8]| {
        let pair = std::str::from_utf8(pair).expect("ASCII");
        u8::from_str_radix(pair, 16).expect("hex")
    };
    (of.from_proto)(digits.map(byte).collect::<Vec<_>>().into()).expect("protobuf of Python")
}

fn write(message: &dyn Message) -> String {
    String::from_utf8(message.to_json().expect("a JSON form")).expect("UTF-8")
}

fn generate(image: &Path, of: &MessageType) -> Vec<String> {
    let output = python_script(SCRIPT)
        .arg("generate")
        .arg(image)
        .args([of.name, SEED, MESSAGES])
        .output()
        .expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let lines: Vec<_> = text.lines().map(str::to_owned).collect();
    assert_eq!(lines.len().to_string(), MESSAGES);
    lines
}

fn check(image: &Path, of: &MessageType, lines: &str) {
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
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), MESSAGES);
}

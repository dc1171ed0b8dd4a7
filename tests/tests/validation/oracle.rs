//! Our checks against the Python package of those who define the rules, on
//! random messages near every bound: path, id and text of every violation
//! agree.

use std::path::Path;

use agentgen::codec::{MessageType, Typed as _};
use agentgen::validate;
use agentgen_tests::environment::python_script;
use agentgen_tests::golden::checked;

const SEED: &str = "7";
const MESSAGES: usize = 150;

macro_rules! types {
    ($($name:ident)*) => { [$(checked::checked::v1::$name::TYPE),*] };
}

#[test]
fn every_rule_agrees_with_another_implementation() {
    let types = types![
        Order Line Int32Case Int64Case Uint32Case Uint64Case Sint32Case Sint64Case Fixed32Case
        Fixed64Case Sfixed32Case Sfixed64Case FloatCase DoubleCase FormatCase TextCase BytesCase
        SmallCase TimeCase WrapperCase ManyCase NestedCase ExclusiveCase OldCase
        JudgedFields JudgedMessage JudgedForms PredefinedCase
    ];
    let mut violations = 0;
    let text = judged(&types);
    for line in text.lines() {
        violations += agree(&types, line);
    }
    assert_eq!(text.lines().count(), types.len() * MESSAGES);
    // Were the values far from all bounds, the comparison would say nothing.
    assert!(violations > 10_000, "{violations}");
}

/// What the other implementation says of random messages.
fn judged(types: &[&MessageType]) -> String {
    let image = Path::new(env!("CARGO_TARGET_TMPDIR")).join("checked.binpb");
    std::fs::write(&image, checked::descriptors::DESCRIPTOR_SET).expect("a folder for the image");
    let output = python_script("validate_oracle.py")
        .arg(&image)
        .args([SEED, &MESSAGES.to_string()])
        .args(types.iter().map(|of| of.name))
        .output()
        .expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Compares one line; returns how many violations it has.
fn agree(types: &[&MessageType], line: &str) -> usize {
    let columns: Vec<&str> = line.split('\t').collect();
    let [name, encoded, theirs] = columns[..] else { panic!("three columns: {line}") };
    let of = types.iter().find(|of| of.name == name).expect("a type that was asked for");
    let message = of.from_proto(bytes(encoded).into()).expect("protobuf of Python");
    let theirs: Vec<[String; 3]> = serde_json::from_str(theirs).expect("JSON of Python");
    let Err(ours) = validate(message.as_ref()) else {
        assert_eq!(theirs, <[[String; 3]; 0]>::default(), "{message:?}");
        return 0;
    };
    let mut found: Vec<[String; 3]> = ours
        .iter()
        .map(|found| [found.field.clone(), found.rule.to_owned(), found.message.to_string()])
        .collect();
    found.sort();
    if ours.has_more() {
        let unknown: Vec<_> = found.iter().filter(|found| !theirs.contains(found)).collect();
        assert!(unknown.is_empty() && theirs.len() > found.len(), "{unknown:?} of {message:?}");
    } else {
        let differ = |one: &[[String; 3]], other: &[[String; 3]]| {
            one.iter().filter(|row| !other.contains(row)).cloned().collect::<Vec<_>>()
        };
        let differences = (differ(&found, &theirs), differ(&theirs, &found));
        assert_eq!(found, theirs, "ours and theirs alone: {differences:?} of {message:?}");
    }
    theirs.len()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    let byte = |pair: &[u8]| {
        let pair = std::str::from_utf8(pair).expect("ASCII");
        u8::from_str_radix(pair, 16).expect("hex")
    };
    digits.map(byte).collect()
}

//! Pairs, recognised and not, and what is judged of them.

use crate::compat::finding::{Directions, Verdict};
use crate::compat::rules;
use crate::compat::testing::{compare, compare_encoded};
use crate::compat::walk;

fn proto3(text: &str) -> String {
    format!("syntax = \"proto3\";\npackage p;\n{text}")
}

/// The renamed messages, as `old > new`.
fn renamed(old: &str, new: &str) -> Vec<String> {
    let mut found = Vec::new();
    compare(&proto3(old), &proto3(new), |cx| {
        for (old, new) in cx.messages.iter().filter_map(|change| change.kept()) {
            let (old, new) = (cx.old.message(old), cx.new.message(new));
            if old.full_name != new.full_name {
                found.push(format!("{} > {}", old.full_name, new.full_name));
            }
        }
    });
    found
}

/// What all rules of both families find, by name.
fn rules_that_fire(old: &str, new: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    compare(&proto3(old), &proto3(new), |cx| {
        let rules = rules::all().filter(|rule| matches!(rule.family, "wire" | "rpc"));
        found = walk::run(cx, rules).into_iter().map(|finding| finding.rule).collect();
    });
    found
}

#[test]
fn a_message_that_a_kept_field_names_instead_of_the_lost_one_is_that_one() {
    let old = "message T { A a = 1; } message A { string x = 1; }";
    let new = "message T { B a = 1; } message B { string x = 1; }";
    assert_eq!(renamed(old, new), ["p.A > p.B"]);
}

#[test]
fn messages_that_share_little_stay_apart() {
    let old = "message A { string x = 1; bool y = 2; }";
    let new = "message B { int64 z = 7; string x = 1; bytes w = 9; double v = 3; }";
    assert_eq!(renamed(old, new), Vec::<String>::new());
}

#[test]
fn what_is_inside_goes_along_with_a_renamed_message() {
    let old = "message Alpha { string x = 1; In i = 2; message In { bool y = 1; } }";
    let new = "message Alphabet { string x = 1; In i = 2; message In { bool y = 1; } }";
    assert_eq!(renamed(old, new), ["p.Alpha > p.Alphabet", "p.Alpha.In > p.Alphabet.In"]);
    assert_eq!(rules_that_fire(old, new), ["type-renamed"]);
}

#[test]
fn each_lost_message_finds_the_one_that_is_most_alike() {
    let old = "message UserName { string first = 1; string last = 2; }\n\
               message UserMail { string box = 1; string host = 3; }";
    let new = "message PersonMail { string box = 1; string host = 3; }\n\
               message PersonName { string first = 1; string last = 2; }";
    assert_eq!(renamed(old, new), ["p.UserName > p.PersonName", "p.UserMail > p.PersonMail"]);
}

#[test]
fn one_cause_is_one_finding() {
    let cases: [(&str, &str, &str); 7] = [
        ("message T { string a = 1; }", "message T { string a = 2; }", "field-renumbered"),
        ("message T { string a = 1; }", "message T { string b = 1; }", "field-renamed"),
        ("message T { string a = 1; }", "message T { fixed64 b = 1; }", "field-type-changed"),
        (
            "message T { string a = 1; bool b = 2; }",
            "message T { string a = 1; }",
            "field-removed-unreserved",
        ),
        (
            "message T { string a = 1; } message U { string b = 1; bool c = 2; }",
            "message T { string a = 1; }",
            "type-removed",
        ),
        (
            "message T { oneof o { string a = 1; string b = 2; } }",
            "message T { string a = 1; string b = 2; }",
            "oneof-left",
        ),
        (
            "message T {} service S { rpc Get(T) returns (T); rpc List(T) returns (T); }",
            "message T {} service S { rpc Get(T) returns (T); rpc Lists(T) returns (T); }",
            "rpc-renamed",
        ),
    ];
    for (old, new, rule) in cases {
        assert_eq!(rules_that_fire(old, new), [rule], "{old}");
    }
}

/// An encoded field, a length-delimited one.
fn part(tag: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).expect("short");
    // Tags from 16 on take a second byte.
    let mut part = if tag < 16 { vec![tag << 3 | 2] } else { vec![tag << 3 | 0x82, tag >> 4] };
    part.push(length);
    part.extend(bytes);
    part
}

/// An encoded file of edition 2023 with a message `T` of two texts; the first
/// one has these encoded features.
fn edition_file(package: &str, features: &[u8]) -> (Vec<u8>, bool) {
    let text = |name: &str, number: u8, options: &[u8]| {
        [&part(1, name.as_bytes())[..], &[3 << 3, number, 4 << 3, 1, 5 << 3, 9], options].concat()
    };
    let options = part(8, &part(21, features));
    let message = [part(1, b"T"), part(2, &text("a", 1, &options)), part(2, &text("b", 2, &[]))];
    let file = [
        part(1, format!("{package}.proto").as_bytes()),
        part(2, package.as_bytes()),
        part(4, &message.concat()),
        part(12, b"editions"),
        vec![14 << 3, 0xe8, 7],
    ];
    (file.concat(), false)
}

#[test]
fn a_package_with_several_possible_heirs_has_none() {
    let files = |packages: &[&str]| -> Vec<_> {
        packages.iter().map(|package| edition_file(package, &[])).collect()
    };
    let count = |old: &[&str], new: &[&str]| {
        let mut kept = 0;
        compare_encoded(&files(old), &files(new), |cx| {
            kept = cx.messages.iter().filter(|change| change.kept().is_some()).count();
        });
        kept
    };
    assert_eq!(count(&["p.v1"], &["p.v2"]), 1);
    assert_eq!(count(&["p.v1", "p.v2"], &["p.v3", "p.v4"]), 0);
}

#[test]
fn what_features_of_editions_say_is_judged_as_what_keywords_say() {
    const B: Directions = Directions::new(Verdict::Break, Verdict::Ok);
    const F: Directions = Directions::new(Verdict::Ok, Verdict::Break);
    const UNCHECKED: Directions = Directions::new(Verdict::Ok, Verdict::Conditional);
    const LOSSY: Directions = Directions::new(Verdict::Lossy, Verdict::Conditional);
    // `field_presence` is feature 1, `utf8_validation` feature 4.
    let cases: [(&[u8], &[u8], &str, Directions); 4] = [
        (&[], &[1 << 3, 3], "required-added", B),
        (&[1 << 3, 3], &[], "required-removed", F),
        (&[], &[4 << 3, 3], "utf8-validation-changed", UNCHECKED),
        (&[], &[1 << 3, 2], "field-presence-changed", LOSSY),
    ];
    for (old, new, rule, directions) in cases {
        let (old, new) = ([edition_file("p", old)], [edition_file("p", new)]);
        compare_encoded(&old, &new, |cx| {
            let found = walk::run(cx, rules::all());
            let told: Vec<_> = found.iter().map(|found| (found.rule, found.directions)).collect();
            assert_eq!(told, [(rule, directions)]);
        });
    }
}

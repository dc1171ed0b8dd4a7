//! Verdicts of both encodings, type by type and message by message.

use super::*;
use crate::compat::finding::Verdict::{Break, Conditional, Lossy, Ok};
use crate::compat::testing::compare;

/// The shape of the field `value` of `M` between two types.
fn scalars(old: &str, new: &str) -> Shape {
    let text = |kind: &str| {
        format!(
            "syntax = \"proto3\";\npackage p;\nmessage M {{ {kind} value = 1; }}\n\
             enum E {{ ZERO = 0; ONE = 1; }}\nenum Signed {{ NONE = 0; LESS = -1; }}\n\
             message Same {{ string text = 1; }}\nmessage Other {{ string text = 1; }}\n"
        )
    };
    let mut shape = None;
    compare(&text(old), &text(new), |cx| {
        let field = |schema: &'_ Schema<'_>| schema.message_named("p.M").expect("declared");
        let old = &cx.old.message(field(cx.old)).fields[0];
        let new = &cx.new.message(field(cx.new)).fields[0];
        shape = Some(values(cx, old, new));
    });
    shape.expect("compared")
}

#[test]
fn scalars_read_each_other_as_the_encodings_say() {
    // Old, new, wire B and F, JSON B and F.
    let table = [
        ("int32", "int64", [Ok, Lossy], [Conditional, Conditional]),
        ("int32", "uint32", [Conditional, Conditional], [Conditional, Conditional]),
        ("int32", "sint32", [Break, Break], [Ok, Ok]),
        ("sint32", "sint64", [Ok, Lossy], [Conditional, Conditional]),
        ("uint32", "uint64", [Ok, Lossy], [Conditional, Conditional]),
        ("uint32", "int64", [Ok, Lossy], [Conditional, Conditional]),
        ("int64", "uint64", [Conditional, Conditional], [Conditional, Conditional]),
        ("bool", "int32", [Ok, Lossy], [Break, Break]),
        ("bool", "sint32", [Break, Lossy], [Break, Break]),
        ("fixed32", "sfixed32", [Conditional, Conditional], [Conditional, Conditional]),
        ("fixed32", "uint32", [Break, Break], [Ok, Ok]),
        ("fixed32", "float", [Break, Break], [Lossy, Conditional]),
        ("float", "double", [Break, Break], [Conditional, Lossy]),
        ("int32", "double", [Break, Break], [Ok, Conditional]),
        ("string", "bytes", [Ok, Conditional], [Break, Break]),
        ("int64", "string", [Break, Break], [Conditional, Break]),
        ("E", "int32", [Ok, Ok], [Break, Conditional]),
        ("E", "uint32", [Ok, Conditional], [Break, Conditional]),
        ("Signed", "uint64", [Conditional, Lossy], [Break, Conditional]),
        ("E", "string", [Break, Break], [Conditional, Break]),
        ("Same", "bytes", [Conditional, Conditional], [Break, Break]),
        ("string", "repeated string", [Ok, Lossy], [Break, Break]),
        ("int32", "repeated int32", [Ok, Break], [Break, Break]),
        ("map<string, int32>", "map<string, int64>", [Ok, Lossy], [Conditional, Conditional]),
        ("Same", "Other", [Ok, Ok], [Ok, Ok]),
    ];
    for (old, new, wire, json) in table {
        let shape = scalars(old, new);
        let found = [shape.wire(), shape.json()];
        let expected = [wire, json].map(|[b, f]| Directions::new(b, f));
        assert_eq!(found, expected, "{old} to {new}");
        let back = scalars(new, old);
        assert_eq!(
            (back.forward, back.backward),
            (shape.backward, shape.forward),
            "{new} to {old}"
        );
    }
}

/// The difference between `p.Old` of the old text and `p.New` of the new one,
/// which both texts declare, so that neither is the other one renamed.
fn difference(text: &str) -> Difference {
    let mut found = None;
    let text = format!("syntax = \"proto3\";\npackage p;\n{text}");
    compare(&text, &text, |cx| {
        let old = cx.old.message_named("p.Old").expect("declared");
        let new = cx.new.message_named("p.New").expect("declared");
        found = Some((*message(cx, old, new)).clone());
    });
    found.expect("compared")
}

#[test]
fn messages_that_hold_the_same_are_equal_whatever_their_names() {
    let same = difference(
        "message Old { string a = 1; A next = 2; } message A { Old back = 1; }\n\
         message New { string a = 1; B next = 2; } message B { New back = 1; }",
    );
    assert_eq!(same, Difference { shape: Shape::OK, first: None });
}

#[test]
fn a_difference_behind_a_cycle_is_found_and_told() {
    let found = difference(
        "message Old { A next = 2; } message A { Old back = 1; int32 n = 2; }\n\
         message New { B next = 2; } message B { New back = 1; int64 n = 2; }",
    );
    assert_eq!(found.shape.wire(), Directions::new(Ok, Lossy));
    assert_eq!(found.first.as_deref(), Some("`int32 n = 2` became `int64 n = 2`"));
}

#[test]
fn a_field_that_only_the_reader_lacks_is_lost_and_one_more_is_nothing() {
    let found =
        difference("message Old { string a = 1; } message New { string a = 1; bool b = 2; }");
    assert_eq!(found.shape, Shape::OK);
    let found =
        difference("message Old { string a = 1; bool b = 2; } message New { string a = 1; }");
    assert_eq!(found.shape.backward, Reading::both(Lossy));
}

#[test]
fn enums_are_judged_by_number_and_by_first_name() {
    let shape = |old: &str, new: &str| {
        let mut shape = None;
        let text = format!(
            "syntax = \"proto3\";\npackage p;\nenum Old {{ {old} }}\nmessage S {{ enum New {{ {new} }} }}"
        );
        compare(&text, &text, |cx| {
            let old = cx.old.enum_named("p.Old").expect("declared");
            let new = cx.new.enum_named("p.S.New").expect("declared");
            shape = Some(enumeration(cx.old.enumeration(old), cx.new.enumeration(new)));
        });
        shape.expect("compared")
    };
    assert_eq!(shape("A = 0; B = 1;", "A = 0; B = 1;"), Shape::OK);
    let grown = shape("A = 0;", "A = 0; B = 1;");
    assert_eq!((grown.backward, grown.forward), (Reading::OK, Reading::new(Lossy, Break)));
    assert_eq!(
        shape("A = 0; B = 1;", "A = 0; C = 1;"),
        Shape { backward: Reading::both(Break), forward: Reading::both(Break) }
    );
}

#[test]
fn parsers_take_the_name_in_the_contract_beside_that_in_json() {
    let key = |old: &str, new: &str| {
        let mut shape = None;
        let text = |field: &str| format!("syntax = \"proto3\";\nmessage M {{ string {field}; }}");
        compare(&text(old), &text(new), |cx| {
            shape = Some(json_key(&cx.old.messages[0].fields[0], &cx.new.messages[0].fields[0]));
        });
        shape.expect("compared").json()
    };
    assert_eq!(key("a_b = 1", "aB = 1"), Directions::OK);
    assert_eq!(key("title = 1", "title = 1 [json_name = \"label\"]"), Directions::new(Ok, Break));
    assert_eq!(key("title = 1", "heading = 1"), Directions::BREAK);
}

//! What witnesses say.

use agentgen_codegen::compat::pair::Comparison;
use agentgen_codegen::compat::witness::{Direction, Payload, Witness, witness};
use agentgen_codegen::compat::{rules, walk};

use super::image::Image;

/// The witness of the first finding of a rule.
fn first(rule: &str, old: &str, new: &str) -> Option<Witness> {
    let text = |body: &str| format!("syntax = \"proto3\"; package t; {body}");
    let (old, new) = (Image::of(&text(old)), Image::of(&text(new)));
    let (old, new) = (old.expect("compiles"), new.expect("compiles"));
    let (old, new) = (old.schema(), new.schema());
    let cx = Comparison::new(&old, &new);
    let findings = walk::run(&cx, rules::find(rule));
    witness(&cx, findings.first().unwrap_or_else(|| panic!("`{rule}` finds something")))
}

fn told(rule: &str, old: &str, new: &str) -> String {
    first(rule, old, new).map(|found| found.to_string()).unwrap_or_default()
}

#[test]
fn a_value_that_is_cut_arrives_as_another_one() {
    assert_eq!(
        told("field-type-changed", "message M { sint32 a = 1; }", "message M { int32 a = 1; }"),
        "old writes `t.M` {\"a\":1} as 08 02\nnew reads {\"a\":2}: `a` = 1 arrives as 2"
    );
}

#[test]
fn a_name_that_json_parsers_do_not_know_is_refused() {
    assert_eq!(
        told("field-renamed", "message M { string a = 1; }", "message M { string b = 1; }"),
        "old writes `t.M` as {\"a\":\"a\"}\nnew refuses it: `t.M.a`: unknown field"
    );
}

#[test]
fn a_swap_of_numbers_is_shown_though_the_types_fit() {
    let (old, new) =
        ("message M { string a = 1; string b = 2; }", "message M { string a = 2; string b = 1; }");
    assert_eq!(
        told("field-renumbered", old, new),
        "old writes `t.M` {\"a\":\"a\"} as 0a 01 61\nnew reads {\"b\":\"a\"}: `a` = \"a\" arrives as `b`"
    );
}

#[test]
fn two_fields_that_began_to_exclude_each_other_are_both_set() {
    let old = "message M { int32 a = 1; int32 b = 2; }";
    let new = "message M { oneof o { int32 a = 1; int32 b = 2; } }";
    assert_eq!(
        told("oneof-joined", old, new),
        "old writes `t.M` {\"a\":1,\"b\":1} as 08 01 10 01\nnew reads {\"b\":1}: `a` = 1 is lost, nothing is left"
    );
}

#[test]
fn the_value_of_an_enum_stands_in_a_message_that_holds_it() {
    let old = "message M { map<string, E> es = 1; } enum E { Z = 0; A = 1; }";
    let new = "message M { map<string, E> es = 1; } enum E { Z = 0; B = 1; }";
    assert_eq!(
        told("enum-value-renamed", old, new),
        "old writes `t.M` as {\"es\":{\"a\":\"A\"}}\nnew refuses it: `t.M.es`: unknown enum value `A`"
    );
}

#[test]
fn a_route_that_is_gone_is_a_request_that_nothing_takes() {
    let service = |path: &str| {
        format!(
            "import \"google/api/annotations.proto\"; message M {{ string id = 1; }}
             service S {{ rpc Get(M) returns (M) {{ option (google.api.http) = {{ get: \"{path}\" }}; }} }}"
        )
    };
    assert_eq!(
        told("http-path-changed", &service("/v1/{id=a/*}"), &service("/v2/{id=a/*}")),
        "old sends GET /v1/a/a\nnew refuses it: no route takes it"
    );
}

#[test]
fn a_tightened_limit_is_shown_by_the_first_value_beyond_it() {
    let message = |most: u32| {
        format!(
            "import \"buf/validate/validate.proto\";
             message M {{ string a = 1 [(buf.validate.field).string.max_len = {most}]; }}"
        )
    };
    assert_eq!(
        told("constraint-tightened", &message(5), &message(3)),
        "old writes `t.M` as {\"a\":\"aaaa\"}\nnew refuses it: `a` does not keep to `string.max_len: 3`"
    );
}

#[test]
fn the_side_that_breaks_is_the_one_that_writes() {
    let (old, new) = ("message M { int32 a = 1; }", "message M { int64 a = 1; }");
    let found = first("field-type-changed", old, new).expect("old readers cut the value");
    assert_eq!(found.direction, Direction::Forward);
    assert_eq!((found.direction.writer(), found.direction.reader()), ("new", "old"));
    let Payload::Binary { bytes, .. } = &found.payload else { panic!("{found}") };
    assert_eq!(bytes[0], 8);
    assert_eq!(found.hex().as_deref(), Some("08 80 80 80 80 10"));
    assert_eq!(found.json(), Some("{\"a\":\"4294967296\"}"));
}

#[test]
fn a_service_that_only_changed_its_settings_is_not_shown_as_gone() {
    let service = |option: &str| {
        format!(
            "import \"agentgen/v1/options.proto\"; message M {{}}
             service S {{ {option} rpc Watch(M) returns (stream M); }}"
        )
    };
    let ndjson = service("option (agentgen.v1.service).default_stream = NDJSON;");
    assert_eq!(first("sse-default-form-changed", &service(""), &ndjson), None);
}

#[test]
fn what_only_generated_code_sees_has_no_payload() {
    let (old, new) =
        ("message M { string a = 1; }", "message M { string b = 1 [json_name = \"a\"]; }");
    assert_eq!(first("field-renamed-json-kept", old, new), None);
}

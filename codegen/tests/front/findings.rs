//! What is found wrong with a contract, as a user sees it.

use agentgen_codegen::diagnostic::render;
use agentgen_codegen::{Severity, contract, source};

/// Everything found in these files, rendered.
fn found(files: &[(&str, &str)]) -> String {
    let files = files.iter().copied();
    match source::from_texts(files) {
        Ok(sources) => {
            let (_, diagnostics) = contract::lower(&sources);
            render(&diagnostics, &|file| sources.texts().get(file), false)
        }
        Err(error) => render(&error.diagnostics, &|file| error.texts.get(file), false),
    }
}

/// Everything found in one proto3 file of package `p` with this content.
fn in_file(text: &str) -> String {
    found(&[("a.proto", &format!("syntax = \"proto3\";\npackage p;\n{text}"))])
}

/// As [`in_file`], around the options of one unary rpc.
fn in_rpc(options: &str) -> String {
    in_file(&format!(
        r#"import "agentgen/v1/options.proto";
import "google/api/annotations.proto";
service S {{
  rpc Get(Req) returns (Rep) {{
    {options}
  }}
}}
message Req {{
  string id = 1;
  Sub sub = 2;
  repeated string tags = 3;
  map<string, string> labels = 4;
}}
message Sub {{ string name = 1; }}
message Rep {{ string text = 1; double score = 2; }}
"#
    ))
}

/// As [`in_file`], in a message with rules.
fn in_rules(text: &str) -> String {
    in_file(&format!("import \"buf/validate/validate.proto\";\nmessage M {{{text}}}\n"))
}

/// A file with predefined rules, all but one of which cannot be enforced.
fn unenforced(service: &str) -> String {
    format!(
        r#"syntax = "proto2";
import "buf/validate/validate.proto";
extend buf.validate.StringRules {{
  optional bool loud = 80001 [(buf.validate.predefined).cel = {{id: "loud" expression: "this != ''"}}];
  optional bool mute = 80002;
  optional bool long = 80003 [(buf.validate.predefined).cel = {{id: "long" expression: "rules.min_len > 3u"}}];
  optional M like = 80004 [(buf.validate.predefined).cel = {{id: "like" expression: "rule.a == this"}}];
}}
message M {{
  optional string a = 1 [(buf.validate.field).string.(loud) = true];
  optional string b = 2 [(buf.validate.field).string.(mute) = true];
  optional string c = 3 [(buf.validate.field).string.(long) = true];
  optional string d = 4 [(buf.validate.field).string.(like).a = "x"];
}}
{service}
"#
    )
}

macro_rules! snapshots {
    ($($name:ident => $found:expr;)*) => {
        $(#[test] fn $name() { insta::assert_snapshot!($found); })*
    };
}

snapshots! {
    rules_that_do_not_fit_their_field => in_rules(r#"
  int32 count = 1 [(buf.validate.field).string.min_len = 1];
  repeated string tags = 2 [(buf.validate.field).string.min_len = 1];
  map<string, int32> sizes = 3 [(buf.validate.field).map.values.int64.gt = 1];
  M inner = 4 [(buf.validate.field).any = {in: ["a"]}];
"#);
    rules_with_a_wrong_value => in_rules(r#"
  option (buf.validate.message).oneof = {fields: ["name", "nmae", "name"]};
  string name = 1 [(buf.validate.field).string.pattern = "a(b"];
  repeated M inner = 2 [(buf.validate.field).repeated.unique = true];
"#);
    rules_that_are_not_enforced => found(&[("a.proto", &unenforced("service S { rpc Get(M) returns (M); }"))]);
    rules_that_are_not_enforced_where_nothing_is_checked => found(&[("a.proto", &unenforced(""))]);
    empty_expressions => in_rules(r#"
  option (buf.validate.message).cel_expression = "";
  string a = 1 [(buf.validate.field).cel = {id: "a" message: "no"}];
"#);
    an_unknown_import_names_the_nearest_file => found(&[
        ("common/types.proto", "syntax = \"proto3\";"),
        ("a.proto", "syntax = \"proto3\";\nimport \"comon/types.proto\";\nimport \"google/api/annotation.proto\";\nimport \"google/protobuf/durration.proto\";\nimport \"nothing/like/it.proto\";\n"),
    ]);
    every_file_with_a_syntax_error_is_reported => found(&[
        ("a.proto", "syntax = \"proto3\";\nmessage M {\n  string a = ;\n}\n"),
        ("b.proto", "syntax = \"proto3\";\npackage x;\npackage y;\n"),
        ("c.proto", "syntax = \"proto3\";\nmessage M {\n"),
        ("d.proto", "syntax = \"proto3\";\nmessage M { Missing m = 1; Absent n = 2; }\n"),
    ]);
    an_import_cycle_is_shown => found(&[
        ("a.proto", "syntax = \"proto3\";\nimport \"b.proto\";\n"),
        ("b.proto", "syntax = \"proto3\";\nimport \"a.proto\";\n"),
    ]);
    editions_text_is_refused_with_a_way_out => found(&[
        ("a.proto", "// A contract.\nedition = \"2023\";\npackage p;\n"),
    ]);
    definitions_that_collide_are_labelled_twice => in_file("message A { string x = 1; string y = 1; }\nmessage A {}\n");
    an_unknown_option_is_reported => in_file("import \"agentgen/v1/options.proto\";\nservice S { option (agentgen.v1.service).queu.subject = \"x\"; }\n");
    two_rpcs_on_one_route => in_file(r#"import "google/api/annotations.proto";
service S {
  rpc A(M) returns (M) { option (google.api.http) = { get: "/v1/{id}" }; }
  rpc B(M) returns (M) { option (google.api.http).get = "/v1/{id=*}"; }
}
message M { string id = 1; }
"#);
    conflicts_that_are_settled_and_one_that_is_not => in_file(r#"import "agentgen/v1/options.proto";
import "google/api/annotations.proto";
service S {
  rpc A(M) returns (M) {
    option (google.api.http) = { get: "/v1/{id}" };
    option (agentgen.v1.method).http.conflict = DROP;
  }
  rpc B(M) returns (M) { option (google.api.http) = { get: "/v1/{id}" }; }
  rpc C(M) returns (M) {
    option (google.api.http) = { get: "/v1/{id}" additional_bindings { get: "/v2/{id}" } };
    option (agentgen.v1.method).http = {
      routes { route: "GET /v1/{id}" conflict: FIRST_WINS }
      routes { route: "GET /v3/{id}" conflict: FIRST_WINS }
    };
  }
  rpc D(M) returns (M) { option (google.api.http) = { get: "/v1/{id}" }; }
  rpc E(M) returns (M) { option (agentgen.v1.method).http.conflict = DROP; }
}
message M { string id = 1; }
"#);
    an_overlap_is_a_note => in_file(r#"import "google/api/annotations.proto";
service S {
  rpc A(M) returns (M) { option (google.api.http) = { get: "/tasks/{id}" }; }
  rpc B(M) returns (M) { option (google.api.http) = { get: "/{tenant}/tasks" }; }
}
message M { string id = 1; string tenant = 2; }
"#);
    a_template_that_does_not_parse => in_rpc(r#"option (google.api.http) = { get: "/v1/{id" };"#);
    path_variables_that_lead_nowhere => in_rpc(r#"option (google.api.http) = {
      get: "/v1/{idd}/{sub}/{tags}/{labels}/{sub.nam}/{id.x}"
    };"#);
    a_path_variable_twice => in_rpc(r#"option (google.api.http) = { get: "/v1/{id}/{id}" };"#);
    bodies_that_name_no_field => in_rpc(r#"option (google.api.http) = {
      post: "/v1/{id}" body: "subb" response_body: "txt"
    };"#);
    nested_additional_bindings => in_rpc(r#"option (google.api.http) = {
      get: "/v1/a"
      additional_bindings { get: "/v1/b" additional_bindings { get: "/v1/c" } }
    };"#);
    a_rule_without_a_verb => in_rpc(r#"option (google.api.http) = { body: "*" };"#);
    a_verb_that_is_no_token => in_rpc(r#"option (google.api.http) = { custom { kind: "GET IT" path: "/x" } };"#);
    a_body_that_the_path_sets => in_rpc(r#"option (google.api.http) = {
      post: "/v1/{id}" body: "id"
      additional_bindings { post: "/v2/{sub.name}" body: "sub" }
    };"#);
    segments_that_clients_resolve_away => in_rpc(r#"option (google.api.http) = {
      get: "/v1/../{id}"
      additional_bindings { get: "/v1/%2e/..." }
      additional_bindings { get: "/v1/..:run" }
    };"#);
    options_that_nest_too_deep => in_rpc(&nested(400));
    declarations_that_nest_too_deep => in_file(&format!(
        "{}{}", "message M {\n".repeat(1000), "}".repeat(1000)
    ));
    a_body_on_get => in_rpc(r#"option (google.api.http) = { get: "/v1/a" body: "*" };"#);
    stream_settings_on_a_unary_rpc => in_rpc(r#"option (agentgen.v1.method).sse.event_id = "text";"#);
    durations_out_of_range => in_rpc(r"option (agentgen.v1.method) = {
      timeout { seconds: -1 }
      queue { ack_wait { nanos: 1000000000 } }
      retry { initial_backoff { seconds: 9 } max_backoff { seconds: 3 } multiplier: 0.5 }
    };");
    subjects_that_are_no_names => in_rpc(r#"option (agentgen.v1.method).queue = {
      subject: "a..b" group: "g h" dead_letter: "x.*"
    };"#);
    ordering_keys_that_lead_nowhere => in_rpc(r#"option (agentgen.v1.method).queue.ordering_key = "sub.nme";"#);
    event_ids_of_the_wrong_kind => in_file(r#"import "agentgen/v1/options.proto";
service S {
  rpc A(M) returns (stream M) { option (agentgen.v1.method).sse.event_id = "scor"; }
  rpc B(M) returns (stream M) { option (agentgen.v1.method).sse.event_id = "score"; }
  rpc C(stream M) returns (M) { option (agentgen.v1.method).queue.subject = "c"; }
}
message M { double score = 1; }
"#);
    events_named_by_what_cannot => in_file(r#"import "agentgen/v1/options.proto";
service S {
  rpc A(M) returns (stream M) { option (agentgen.v1.method).sse.event_oneof = "knd"; }
  rpc B(M) returns (stream M) { option (agentgen.v1.method).sse.event_oneof = "kind"; }
}
message M { oneof kind { string token = 1; string error = 2; } }
"#);
    events_with_names_of_two_lines => in_file(r#"import "agentgen/v1/options.proto";
service S {
  rpc A(M) returns (stream M) { option (agentgen.v1.method).sse.event_oneof = "kind"; }
}
message M { oneof kind { string token = 1; string more = 2 [json_name = "a\nb"]; } }
"#);
    replies_that_look_like_failures => in_file(r#"import "agentgen/v1/options.proto";
service S {
  rpc A(M) returns (stream N);
  rpc B(M) returns (stream O);
  rpc C(M) returns (N);
}
message M {}
message N { string text = 1; M error = 2; }
message O { string error = 1 [json_name = "fault"]; }
"#);
    two_rpcs_on_one_subject => in_file(r#"import "agentgen/v1/options.proto";
service S {
  rpc A(M) returns (M) { option (agentgen.v1.method).queue.subject = "work"; }
  rpc B(M) returns (M) { option (agentgen.v1.method).queue.subject = "work"; }
  rpc C(M) returns (M) { option (agentgen.v1.method).queue.dead_letter = "work"; }
}
message M {}
"#);
    names_that_become_one => in_file(r"service S {
  rpc GetX(M) returns (M);
  rpc get_x(M) returns (M);
}
message M {
  string value = 1;
  oneof Value { int32 a = 2; }
  enum E { E_UNSPECIFIED = 0; E_A_B = 1; AB = 3; A_B = 4; }
}
message HTTPCall {}
message HttpCall {}
message _ {}
");
    packages_that_become_one => found(&[
        ("a.proto", "syntax = \"proto3\"; package a.Foo; message M {}"),
        ("b.proto", "syntax = \"proto3\"; package a.foo; message N {}"),
        ("c.proto", "syntax = \"proto3\"; package a; message FOO { message In {} }"),
        ("d.proto", "syntax = \"proto3\"; package a.codec; message M {}"),
    ]);
    reserved_names_in_use => in_file(r#"message M {
  reserved "old", "older";
  string older = 1;
}
enum E {
  reserved "E_OLD";
  E_UNSPECIFIED = 0;
  E_OLD = 1;
}
"#);
    a_zero_value_with_a_meaning => in_file("enum Status {\n  COMPLETED = 0;\n  FAILED = 1;\n}\n");
    enums_that_a_field_cannot_have => found(&[
        ("a.proto", "syntax = \"proto3\";\nimport \"b.proto\";\nmessage M {\n  Closed one = 1;\n  map<string, Closed> many = 2;\n}\n"),
        ("b.proto", "syntax = \"proto2\";\nenum Closed { FIRST = 1; }\nmessage N {\n  map<string, Closed> many = 1;\n  optional Closed one = 2;\n}\n"),
    ]);
    field_examples_that_are_no_values => in_file(r#"import "agentgen/v1/options.proto";
message M {
  int32 count = 1 [(agentgen.v1.field).example = "many"];
  repeated string tags = 2 [(agentgen.v1.field).example = "[\"a\", 1]"];
  M inner = 3 [(agentgen.v1.field).example = "{\"cuont\": 1}"];
  Kind kind = 4 [(agentgen.v1.field) = { example: "LETER" }];
  string sound = 5 [(agentgen.v1.field).example = "shelves/1"];
  Kind also_sound = 6 [(agentgen.v1.field).example = "LETTER"];
}
enum Kind { KIND_UNSPECIFIED = 0; LETTER = 1; }
"#);
    call_examples_that_are_no_messages => in_file(r#"import "agentgen/v1/options.proto";
service S {
  rpc Get(Req) returns (Rep) {
    option (agentgen.v1.method) = {
      examples { name: "typed" request: "{\"id\": 1}" reply: "{\"text\": \"x\"}" }
      examples { name: "misspelt" request: "{}" reply: "{\"txet\": \"x\"}" }
      examples { name: "broken" request: "{\"id\"" }
      examples { name: "typed" summary: "Once more" }
    };
  }
  rpc Watch(Req) returns (stream Rep) {
    option (agentgen.v1.method).examples = { reply: "{\"text\": \"x\"}" };
    option (agentgen.v1.method).examples = { reply: "[{\"text\": \"x\"}, {\"text\": 2}]" };
  }
}
message Req { string id = 1; }
message Rep { string text = 1; }
"#);
    fields_that_a_query_cannot_hold => in_file(r#"import "google/api/annotations.proto";
service S {
  rpc A(M) returns (M) { option (google.api.http) = { get: "/a" }; }
  rpc B(stream M) returns (M) { option (google.api.http) = { get: "/b" }; }
}
message M { repeated M many = 1; map<string, M> by_name = 2; repeated string tags = 3; }
"#);
    a_field_number_out_of_range => in_file("message M { string a = 0; }\n");
    columns_count_characters => in_file("message M {\n  /* äöü€ */ Missing m = 1;\n}\n");
}

/// An option with so many rules in one another.
fn nested(depth: usize) -> String {
    let (open, close) = ("      additional_bindings {\n".repeat(depth), "}".repeat(depth));
    format!("option (google.api.http) = {{ get: \"/v1/a\"\n{open}{close} }};")
}

#[test]
fn an_option_that_nests_as_deep_as_it_may_is_read() {
    // The service, the rpc and the option itself are three levels.
    let found = in_rpc(&nested(61));
    assert!(found.contains("additional bindings cannot hold additional bindings"), "{found}");
    assert!(in_rpc(&nested(62)).contains("nested more than 64 levels deep"));
}

#[test]
fn a_finding_without_a_text_is_named_with_its_place() {
    let sources = source::from_texts([("a.proto", "syntax = \"proto3\"; enum E { A = 0; }")])
        .expect("it compiles");
    let (_, diagnostics) = contract::lower(&sources);
    assert_eq!(diagnostics[0].severity, Severity::Note);
    let shown = render(&diagnostics, &|_| None, false);
    assert!(shown.contains("a.proto:1:29"), "{shown}");
    assert!(render(&diagnostics, &|_| None, true).contains('\u{1b}'));
    assert_eq!(
        diagnostics[0].to_string(),
        "a.proto:1:29: an unset `E` means `A` (hint: let the zero value end in `_UNSPECIFIED`)"
    );
}

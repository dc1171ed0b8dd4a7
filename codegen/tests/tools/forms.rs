//! The form of each kind of field, and of what a strict form cannot hold.

use serde_json::{Value, json};

use super::checker;
use super::{definitions, request, warnings};

/// The schema of arguments in a dialect, strict where it says so; checked by
/// the provider's rules.
pub(super) fn input(test: &str, fields: &str, dialect: &str) -> (Value, bool) {
    let loaded = request(test, fields);
    let definition = definitions(&loaded, dialect).remove(0);
    let told = warnings(&loaded).iter().any(|text| text.contains(&format!("of `{dialect}`")));
    let strict = match dialect {
        "openai" | "anthropic" => definition["strict"] == true,
        _ => definition.get("parametersJsonSchema").is_none(),
    };
    assert_eq!(strict, !told, "{definition:#} {:?}", warnings(&loaded));
    let schema = ["parameters", "parametersJsonSchema", "input_schema"]
        .into_iter()
        .find_map(|key| definition.get(key))
        .expect("it has parameters")
        .clone();
    if strict {
        checker::check(dialect, &schema);
    }
    (schema, strict)
}

#[test]
fn optional_fields_take_null_where_everything_is_required() {
    let fields = "string a = 1; optional int32 b = 2; Color c = 3; Point d = 4;
                  string e = 5 [(google.api.field_behavior) = REQUIRED];";
    let (schema, strict) = input("optional", fields, "openai");
    assert!(strict);
    assert_eq!(schema["required"], json!(["a", "b", "c", "d", "e"]));
    let properties = &schema["properties"];
    assert_eq!(properties["b"]["type"], json!(["integer", "null"]));
    assert_eq!(properties["c"]["enum"], json!(["COLOR_UNSPECIFIED", "RED", null]));
    assert_eq!(properties["d"]["anyOf"][1], json!({ "type": "null" }));
    assert_eq!(properties["e"]["type"], "string");

    let (schema, strict) = input("optional-anthropic", fields, "anthropic");
    assert!(strict);
    assert_eq!(schema["required"], json!(["e"]));
    assert_eq!(schema["properties"]["b"]["type"], "integer");
}

#[test]
fn a_oneof_is_said_in_words() {
    let fields = "oneof choice { string a = 1; int32 b = 2; }";
    for dialect in ["openai", "anthropic", "gemini"] {
        let (schema, strict) = input(&format!("oneof-{dialect}"), fields, dialect);
        assert!(strict, "{dialect}");
        let words = schema["description"].as_str().expect("it is described");
        assert!(words.contains("set at most one of `a`, `b`"), "{words}");
    }
}

#[test]
fn a_map_is_kept_whole_in_the_wide_form() {
    for dialect in ["openai", "anthropic", "gemini"] {
        let fields = "map<string, int32> counts = 1;";
        let (schema, strict) = input(&format!("map-{dialect}"), fields, dialect);
        assert!(!strict, "{dialect}");
        let counts = &schema["properties"]["counts"];
        assert_eq!(counts["additionalProperties"]["type"], "integer", "{dialect}");
    }
}

#[test]
fn a_recursion_is_a_reference_where_those_may_recur() {
    let fields = "string name = 1; repeated Request children = 2;";
    let (schema, strict) = input("recursion-openai", fields, "openai");
    assert!(strict);
    let reference = json!({ "$ref": "#/$defs/acme.v1.Request" });
    assert_eq!(schema["properties"]["children"]["items"], reference);
    for dialect in ["anthropic", "gemini"] {
        let (schema, strict) = input(&format!("recursion-{dialect}"), fields, dialect);
        assert!(!strict, "{dialect}");
        assert_eq!(schema["properties"]["children"]["items"], reference, "{dialect}");
    }
}

#[test]
fn integers_of_64_bits_are_texts() {
    let fields = "int64 id = 1 [(google.api.field_behavior) = REQUIRED];";
    for (dialect, text) in [("openai", "string"), ("anthropic", "string"), ("gemini", "STRING")] {
        let (schema, strict) = input(&format!("long-{dialect}"), fields, dialect);
        assert!(strict, "{dialect}");
        assert_eq!(schema["properties"]["id"]["type"], text, "{dialect}");
    }
}

#[test]
fn well_known_types_have_their_json_forms() {
    let fields = "google.protobuf.Timestamp at = 1; google.protobuf.BoolValue sure = 2;
                  google.protobuf.Empty nothing = 3;";
    let (schema, strict) = input("known", fields, "openai");
    assert!(strict);
    assert_eq!(schema["properties"]["at"]["format"], "date-time");
    assert_eq!(schema["properties"]["at"]["type"], json!(["string", "null"]));
    assert_eq!(schema["properties"]["sure"]["type"], json!(["boolean", "null"]));
    assert_eq!(schema["properties"]["nothing"]["additionalProperties"], false);

    for (index, field) in ["Struct", "Value", "Any"].into_iter().enumerate() {
        let field = format!("google.protobuf.{field} free = 1;");
        for dialect in ["openai", "anthropic", "gemini"] {
            let (schema, strict) = input(&format!("free-{index}-{dialect}"), &field, dialect);
            assert!(!strict, "{field} {dialect}");
            assert!(schema["properties"].get("free").is_some(), "{field} {dialect}");
        }
    }
}

#[test]
fn what_only_the_agent_sets_is_no_argument() {
    let fields = "string a = 1; string b = 2 [(google.api.field_behavior) = OUTPUT_ONLY];";
    let (schema, _) = input("output-only", fields, "openai");
    assert_eq!(schema["required"], json!(["a"]));
}

#[test]
fn what_is_too_deep_or_too_much_is_not_strict() {
    let deep: String = (0..11)
        .map(|level| format!("message D{level} {{ D{} next = 1; }}\n", level + 1))
        .chain(["message D11 { int32 x = 1; }".to_owned()])
        .collect();
    let (_, strict) = input("deep", &format!("{deep} D0 first = 1;"), "openai");
    assert!(!strict);
    let many = (1..26).map(|n| format!("int32 f{n} = {n};")).collect::<Vec<_>>().concat();
    assert!(!input("many", &many, "anthropic").1);
    assert!(input("many-openai", &many, "openai").1);
}

#[test]
fn members_that_only_the_agent_sets_are_in_no_constraint() {
    let fields = "oneof choice { string a = 1;
                  string b = 2 [(google.api.field_behavior) = OUTPUT_ONLY]; string c = 3; }";
    let (schema, strict) = input("output-only-member", fields, "anthropic");
    assert!(strict);
    let words = schema["description"].as_str().expect("it is described");
    assert!(words.contains("set at most one of `a`, `c`"), "{words}");
}

#[test]
fn null_has_a_type() {
    let (schema, strict) = input("null", "google.protobuf.NullValue nothing = 1;", "openai");
    assert!(strict);
    assert_eq!(schema["properties"]["nothing"]["type"], "null");
}

#[test]
fn names_that_anthropic_refuses_are_those_of_the_contract() {
    let fields = "string a = 1 [json_name = \"größe\", (google.api.field_behavior) = REQUIRED];
                  Named inner = 2;
                  } message Named { string b = 1 [json_name = \"with space\"];";
    let (schema, strict) = input("names", fields, "anthropic");
    assert!(strict);
    assert_eq!(schema["required"], json!(["a"]));
    assert!(schema["properties"].get("a").is_some(), "{schema}");
    assert!(schema["$defs"]["acme.v1.Named"]["properties"].get("b").is_some(), "{schema}");
    let (schema, _) = input("names-openai", fields, "openai");
    assert!(schema["properties"].get("größe").is_some(), "{schema}");
}

#[test]
fn a_property_without_a_name_that_anthropic_takes_is_left_out() {
    let long = "a".repeat(65);
    let (schema, strict) = input("long-name", &format!("string {long} = 1;"), "anthropic");
    assert!(!strict);
    assert_eq!(schema["properties"], json!({}));
    let any = input("any-name", "google.protobuf.Any any = 1;", "anthropic").0;
    assert!(any["properties"]["any"].get("properties").is_none(), "{any}");
}

#[test]
fn gemini_has_a_description_in_any_case() {
    let loaded = request("described", "string a = 1;");
    assert_eq!(definitions(&loaded, "gemini")[0]["description"], "`acme.v1.Agent.Run`.");
    assert_eq!(definitions(&loaded, "openai")[0].get("description"), None);
}

#[test]
fn nothing_is_required_of_a_reply_that_may_be_left_out() {
    let body = "import \"google/api/field_behavior.proto\";
                import \"buf/validate/validate.proto\";
                message Request { string a = 1 [(google.api.field_behavior) = REQUIRED]; }
                message Reply { string a = 1 [(google.api.field_behavior) = REQUIRED];
                oneof b { option (buf.validate.oneof).required = true; string c = 2; string d = 3; } }
                service Agent { rpc Run(Request) returns (Reply); }";
    let definition = definitions(&super::contract("reply", body), "mcp").remove(0);
    assert_eq!(definition["inputSchema"]["required"], json!(["a"]));
    assert_eq!(definition["outputSchema"].get("required"), None);
    assert_eq!(definition["outputSchema"]["oneOf"].as_array().map(Vec::len), Some(3));
}

//! A JSON Schema that schemars derives from a user's type, beside the one that
//! the contract's message has.

use std::collections::BTreeMap;
use std::time::Duration;

use agentgen::AgentMessage;
use agentgen_codegen::emit::{self, Selection};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use crate::own_types::wire;

#[derive(AgentMessage, JsonSchema)]
#[agent(message = "orders.v1.Parcel", proto = "tests/agent/orders.proto", rust = wire::Parcel)]
#[schemars(rename_all = "camelCase")]
struct Parcel {
    label: String,
    tags: Vec<String>,
    weight: f64,
    pieces: u32,
    first_line: Option<Line>,
    counts: BTreeMap<String, u32>,
    last_state: State,
    note: Option<String>,
    fragile: bool,
}

#[derive(AgentMessage, JsonSchema)]
#[agent(message = "orders.v1.Line", proto = "tests/agent/orders.proto", rust = wire::Line)]
struct Line {
    article: String,
    pieces: u32,
}

#[derive(AgentMessage, JsonSchema)]
#[agent(message = "orders.v1.State", proto = "tests/agent/orders.proto", rust = wire::State)]
enum State {
    #[schemars(rename = "STATE_UNSPECIFIED")]
    Unspecified,
    #[schemars(rename = "STATE_OPEN")]
    Open,
    #[schemars(rename = "STATE_SHIPPED")]
    Shipped,
}

/// What JSON and serde write in different forms, under the attributes that
/// `agentgen::convert` documents.
mod ledger {
    use super::*;

    agentgen::contract!("tests/agent/ledger.proto");

    #[derive(AgentMessage, JsonSchema)]
    #[agent(message = "ledger.v1.Ledger", proto = "tests/agent/ledger.proto")]
    #[agent(rust = contract::ledger::v1::Ledger)]
    #[schemars(rename_all = "camelCase")]
    pub(super) struct Ledger {
        #[schemars(with = "String")]
        grand_total: i64,
        #[schemars(with = "String")]
        seal: Vec<u8>,
        #[schemars(with = "Option<String>")]
        age: Option<Duration>,
        #[schemars(flatten)]
        way: Option<Way>,
        #[agent(skip)]
        #[schemars(skip)]
        seen: bool,
    }

    #[derive(AgentMessage, JsonSchema)]
    #[agent(message = "ledger.v1.Ledger.way", proto = "tests/agent/ledger.proto")]
    #[agent(rust = contract::ledger::v1::ledger::Way)]
    #[schemars(rename_all = "camelCase")]
    enum Way {
        Mail(String),
        PhoneNumber(String),
    }

    #[test]
    fn the_type_is_the_message() {
        let wire = contract::ledger::v1::Ledger { grand_total: 1, ..Default::default() };
        let own = Ledger::try_from(wire).expect("it converts");
        assert!(own.grand_total == 1 && own.way.is_none() && !own.seen);
    }
}

/// The schema file of a message of a contract beside this file.
fn contract(file: &str, message: &str) -> Value {
    let loaded = agentgen_codegen::load(&[format!("tests/agent/{file}.proto").into()], &[]);
    let contract = loaded.expect("it compiles").contract;
    let schemas = Selection::new(["json-schema"]).expect("an emitter");
    let files = emit::files(&contract, &schemas).expect("there are schemas");
    let file = files.iter().find(|file| file.path.ends_with(&format!("{message}.json")));
    serde_json::from_str(&file.expect(message).contents).expect("it is JSON")
}

/// What a value may be, without how it is described: the types of JSON, the
/// properties, the elements, the names of an enum.
fn shape(schema: &Value, document: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        return shape(document.pointer(pointer).expect(reference), document);
    }
    // Beside its own form a value may be `null`, and a number `"NaN"`.
    let forms = schema["anyOf"].as_array().or(schema["oneOf"].as_array());
    if let Some([form, ..]) = forms.map(Vec::as_slice) {
        return shape(form, document);
    }
    if let Some(names) = schema["enum"].as_array() {
        return json!(names);
    }
    let named = schema["type"].as_array().and_then(|types| types.first());
    let kind = named.unwrap_or(&schema["type"]).as_str().unwrap_or("anything");
    let inner = |key: &str| shape(&schema[key], document);
    match kind {
        "array" => json!([inner("items")]),
        "object" if schema["additionalProperties"].is_object() => {
            json!({ "*": inner("additionalProperties") })
        }
        "object" => properties(schema, document),
        kind => json!(kind),
    }
}

fn properties(schema: &Value, document: &Value) -> Value {
    let properties = schema["properties"].as_object().into_iter().flatten();
    let shapes = properties.map(|(name, inner)| (name.clone(), shape(inner, document)));
    Value::Object(shapes.collect::<Map<_, _>>())
}

#[test]
fn a_derived_schema_agrees_with_that_of_the_contract() {
    let own = schemars::schema_for!(Parcel).to_value();
    let contract = contract("orders", "orders.v1.Parcel");
    assert_eq!(shape(&own, &own), shape(&contract, &contract));
    let names = |schema: &Value| schema["required"].as_array().cloned().unwrap_or_default();
    assert!(names(&contract).iter().all(|name| names(&own).contains(name)), "{own}");
    assert_eq!(shape(&own, &own)["firstLine"], json!({ "article": "string", "pieces": "integer" }));
}

/// The properties of an object, those of its alternatives included.
fn all_properties(schema: &Value, document: &Value) -> Map<String, Value> {
    let mut found = Map::new();
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        return all_properties(document.pointer(pointer).expect(reference), document);
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        found.insert(name.clone(), shape(inner, document));
    }
    for keyword in ["oneOf", "anyOf", "allOf"] {
        for form in schema[keyword].as_array().into_iter().flatten() {
            found.extend(all_properties(form, document));
        }
    }
    found
}

#[test]
fn forms_that_serde_writes_otherwise_agree_under_the_documented_attributes() {
    let own = schemars::schema_for!(ledger::Ledger).to_value();
    let contract = contract("ledger", "ledger.v1.Ledger");
    assert_eq!(all_properties(&own, &own), all_properties(&contract, &contract), "{own:#}");
}

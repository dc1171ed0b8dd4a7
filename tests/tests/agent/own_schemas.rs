//! A JSON Schema that schemars derives from a user's type, beside the one that
//! the contract's message has.

use std::collections::BTreeMap;

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

/// The schema file of a message.
fn contract(message: &str) -> Value {
    let loaded = agentgen_codegen::load(&["tests/agent/orders.proto".into()], &[]);
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
    let (own, contract) = (schemars::schema_for!(Parcel).to_value(), contract("orders.v1.Parcel"));
    assert_eq!(shape(&own, &own), shape(&contract, &contract));
    let names = |schema: &Value| schema["required"].as_array().cloned().unwrap_or_default();
    assert!(names(&contract).iter().all(|name| names(&own).contains(name)), "{own}");
    assert_eq!(shape(&own, &own)["firstLine"], json!({ "article": "string", "pieces": "integer" }));
}

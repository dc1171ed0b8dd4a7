//! Google Gemini: `FunctionDeclaration`, with its `Schema` where that is wide
//! enough, else with `parametersJsonSchema`.
//!
//! The rules are those of the reference of `Schema` and `FunctionDeclaration`
//! (<https://ai.google.dev/api/caching#Schema>): a subset of OpenAPI 3.0 with
//! types in capitals, `nullable` in place of a null type, enums of texts, no
//! references and no `additionalProperties`. Definitions are put in place, so
//! that a recursion does not fit. The other form takes references, maps and any
//! value (<https://ai.google.dev/api/generate-content#FIELDS.response_json_schema>),
//! and no constraints of text. Names begin with a letter or an underscore.

use serde_json::{Value, json};

use super::Tool;
use super::base::reference;
use super::definition::named;
use super::dialect::{Definition, Dialect};
use super::words::in_words;
use super::{oneof, size};
use crate::emit::schema::{Describe as _, Object};

/// The row.
pub(super) const DIALECT: Dialect = Dialect {
    name: "gemini",
    instead: "its `parametersJsonSchema` holds JSON Schema in place of `parameters`",
    define,
};

/// The fields of `Schema` that JSON Schema names alike.
const SCHEMA: &[&str] = &[
    "title",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
];
/// The formats that mean something to Gemini.
const FORMATS: &[&str] = &["float", "double", "int32", "int64", "date-time"];
/// The keywords of `parametersJsonSchema` beside the structure.
const JSON_SCHEMA: &[&str] = &[
    "$ref", "type", "format", "title", "enum", "minItems", "maxItems", "minimum", "maximum",
    "required",
];
/// The most schemas that definitions may grow to where they are put in place:
/// our own limit, far above what a model can use.
const LARGEST: usize = 2000;

fn define(tool: &Tool<'_>) -> Definition {
    let (parameters, unmet) = declared(&tool.input);
    let mut definition = named(tool);
    if tool.description().is_empty() {
        // The one field beside the name that Gemini requires.
        definition.insert("description".into(), json!(format!("`{}`.", tool.method.full_name)));
    }
    if unmet.is_empty() {
        // An object without properties is refused; no parameters are none.
        if parameters["properties"].as_object().is_some_and(|named| !named.is_empty()) {
            definition.insert("parameters".into(), parameters);
        }
    } else {
        definition.insert("parametersJsonSchema".into(), json_schema(&tool.input));
    }
    if let Some(output) = &tool.output {
        definition.insert("responseJsonSchema".into(), json_schema(output));
    }
    Definition { definition: Value::Object(definition), unmet }
}

/// A `Schema`, and what it cannot express.
fn declared(root: &Object) -> (Value, Vec<String>) {
    if size::of(root).recursive {
        return (Value::Null, vec!["a message holds itself".to_owned()]);
    }
    let none = Object::new();
    let definitions = root.get("$defs").and_then(Value::as_object).unwrap_or(&none);
    let mut inline = Inline { definitions, unmet: Vec::new(), schemas: 0 };
    let schema = inline.schema(root, "the request");
    if inline.schemas > LARGEST {
        inline.unmet.push(format!("it has more than {LARGEST} schemas with its definitions"));
    }
    (Value::Object(schema), inline.unmet)
}

struct Inline<'a> {
    definitions: &'a Object,
    unmet: Vec<String>,
    schemas: usize,
}

impl Inline<'_> {
    fn schema(&mut self, schema: &Object, path: &str) -> Object {
        self.schemas += 1;
        if self.schemas > LARGEST {
            return Object::new();
        }
        let mut schema = self.resolved(schema);
        let mut words = oneof::take(&mut schema);
        let mut out = Object::new();
        for (keyword, value) in &schema {
            if SCHEMA.contains(&keyword.as_str()) || keyword == "format" && known(value) {
                out.insert(keyword.clone(), value.clone());
            } else {
                words.extend(in_words(keyword, value));
            }
        }
        self.kind(&schema, &mut out, path);
        self.parts(&schema, &mut out, path);
        let docs = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        out.describe_with(docs, &words);
        out
    }

    /// The definition in place of a reference, with what is said beside it.
    fn resolved(&self, schema: &Object) -> Object {
        let definition = reference(schema).and_then(|name| self.definitions.get(name));
        let mut resolved = definition.and_then(Value::as_object).cloned().unwrap_or_default();
        resolved.extend(schema.clone().into_iter().filter(|(key, _)| key != "$ref"));
        resolved
    }

    fn kind(&mut self, schema: &Object, out: &mut Object, path: &str) {
        let kinds: Vec<&str> = match schema.get("type") {
            Some(Value::String(kind)) => vec![kind],
            Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let mut named = kinds.iter().filter(|kind| **kind != "null");
        match (named.next(), named.next()) {
            (Some(kind), None) => {
                out.insert("type".into(), json!(kind.to_uppercase()));
            }
            _ if schema.contains_key("anyOf") => {}
            _ => self.unmet.push(format!("{path} is any JSON value")),
        }
        if kinds.contains(&"null") {
            out.insert("nullable".into(), json!(true));
        }
        let Some(Value::Array(values)) = schema.get("enum") else { return };
        if values.iter().all(Value::is_string) {
            out.insert("enum".into(), json!(values));
            out.insert("format".into(), json!("enum"));
        } else {
            self.unmet.push(format!("{path} has values that are no texts"));
        }
    }

    fn parts(&mut self, schema: &Object, out: &mut Object, path: &str) {
        let empty = Object::new();
        let as_object = |value: &Value| value.as_object().cloned().unwrap_or_default();
        let properties = schema.get("properties").and_then(Value::as_object);
        let open = schema.get("type") == Some(&json!("object")) && properties.is_none();
        if schema.contains_key("additionalProperties") {
            self.unmet.push(format!("{path} is a map, whose keys are not known"));
        } else if open || properties.is_some_and(|own| own.contains_key("@type")) {
            self.unmet.push(format!("{path} is an object of any content"));
        } else if properties.is_some_and(Object::is_empty) && path != "the request" {
            self.unmet.push(format!("{path} is an object without properties"));
        }
        let mut named = Object::new();
        for (name, property) in properties.unwrap_or(&empty) {
            let schema = self.schema(&as_object(property), &format!("`{name}` of {path}"));
            named.insert(name.clone(), Value::Object(schema));
        }
        if properties.is_some() {
            out.insert("properties".into(), Value::Object(named));
        }
        if let Some(required) = schema.get("required") {
            out.insert("required".into(), required.clone());
        }
        if let Some(items) = schema.get("items") {
            let items = self.schema(&as_object(items), &format!("each of {path}"));
            out.insert("items".into(), Value::Object(items));
        }
        if let Some(Value::Array(options)) = schema.get("anyOf") {
            let options = options.iter().map(|option| self.schema(&as_object(option), path));
            out.insert("anyOf".into(), options.map(Value::Object).collect());
        }
    }
}

fn known(format: &Value) -> bool {
    format.as_str().is_some_and(|format| FORMATS.contains(&format))
}

/// JSON Schema of the keywords that Gemini reads.
fn json_schema(schema: &Object) -> Value {
    let inner = |value: &Value| value.as_object().map_or_else(|| value.clone(), json_schema);
    let named = |value: &Value| -> Value {
        let all = value.as_object().into_iter().flatten();
        all.map(|(name, schema)| (name.clone(), inner(schema))).collect()
    };
    let mut schema = schema.clone();
    if let Some(reference) = schema.get("$ref").filter(|_| schema.len() > 1) {
        // Nothing may stand beside a reference.
        let alone = json!([{ "$ref": reference }]);
        schema.remove("$ref");
        schema.insert("anyOf".into(), alone);
    }
    let mut words = oneof::take(&mut schema);
    let mut out = Object::new();
    for (keyword, value) in &schema {
        let value = match keyword.as_str() {
            "properties" | "$defs" => named(value),
            "items" | "additionalProperties" => inner(value),
            "anyOf" => value.as_array().into_iter().flatten().map(inner).collect(),
            other if JSON_SCHEMA.contains(&other) => value.clone(),
            _ => {
                words.extend(in_words(keyword, value));
                continue;
            }
        };
        out.insert(keyword.clone(), value);
    }
    let docs = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    out.describe_with(docs, &words);
    Value::Object(out)
}

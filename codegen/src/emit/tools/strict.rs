//! From JSON Schema to the strict forms that hold a model to its schema:
//! objects are closed, keywords outside the form are said in words, and what
//! has no equivalent is noted.

use serde_json::{Value, json};

use super::base::reference;
use super::oneof;
use super::words::in_words;
use crate::emit::schema::{Describe as _, Object};

/// What a strict form knows.
pub(super) struct Form {
    /// The keywords that stay as they are, beside the structure.
    pub(super) keywords: &'static [&'static str],
    /// The values of `format` that stay.
    pub(super) formats: &'static [&'static str],
    /// Whether properties that may be left out are required, and take null.
    pub(super) nullable: bool,
    /// The most that `minItems` may say.
    pub(super) min_items: u64,
}

/// A schema in a strict form, and what that form cannot express.
pub(super) fn schema(form: &'static Form, root: &Object) -> (Object, Vec<String>) {
    let none = Object::new();
    let definitions = root.get("$defs").and_then(Value::as_object).unwrap_or(&none);
    let mut strict = Strict { form, definitions, unmet: Vec::new() };
    let mut out = strict.object(root, "the request");
    let shared = definitions.iter().filter(|(_, schema)| !is_enum(schema));
    let shared: Object = shared
        .map(|(name, schema)| (name.clone(), strict.value(schema, &format!("`{name}`"))))
        .collect();
    if !shared.is_empty() {
        out.insert("$defs".into(), Value::Object(shared));
    }
    (out, strict.unmet)
}

struct Strict<'a> {
    form: &'static Form,
    definitions: &'a Object,
    unmet: Vec<String>,
}

impl Strict<'_> {
    fn value(&mut self, schema: &Value, path: &str) -> Value {
        match schema {
            Value::Object(object) => Value::Object(self.object(object, path)),
            other => other.clone(),
        }
    }

    fn object(&mut self, schema: &Object, path: &str) -> Object {
        if let Some(name) = reference(schema) {
            return self.reference(schema, name, path);
        }
        let mut schema = schema.clone();
        if schema.get("enum") == Some(&json!([null])) {
            // Every value has a type here.
            schema.remove("enum");
            schema.insert("type".into(), json!("null"));
        }
        let mut words = oneof::take(&mut schema);
        let mut out = Object::new();
        for (keyword, value) in &schema {
            match keyword.as_str() {
                "items" => {
                    out.insert("items".into(), self.value(value, &format!("each of {path}")));
                }
                "anyOf" => {
                    let options = value.as_array().into_iter().flatten();
                    let options = options.map(|option| self.value(option, path)).collect();
                    out.insert("anyOf".into(), options);
                }
                _ if self.keeps(keyword, value) => {
                    out.insert(keyword.clone(), value.clone());
                }
                _ => words.extend(in_words(keyword, value)),
            }
        }
        self.open_ended(&schema, path);
        self.close(&schema, &mut out, path);
        let docs = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        out.describe_with(docs, &words);
        out
    }

    fn keeps(&self, keyword: &str, value: &Value) -> bool {
        match keyword {
            "type" | "enum" | "const" => true,
            "format" => value.as_str().is_some_and(|format| self.form.formats.contains(&format)),
            "minItems" => value.as_u64().is_some_and(|least| least <= self.form.min_items),
            _ => self.form.keywords.contains(&keyword),
        }
    }

    /// Enums stand in place; a reference to an object stands alone, so that
    /// what is said beside it moves around it.
    fn reference(&mut self, schema: &Object, name: &str, path: &str) -> Object {
        let definitions = self.definitions;
        if let Some(Value::Object(declared)) = definitions.get(name).filter(|one| is_enum(one)) {
            let mut merged = declared.clone();
            merged.extend(schema.clone().into_iter().filter(|(keyword, _)| keyword != "$ref"));
            return self.object(&merged, path);
        }
        let alone = json!({ "$ref": schema["$ref"] });
        let mut around = Object::new();
        if let Some(description) = schema.get("description") {
            around.insert("description".into(), description.clone());
            around.insert("anyOf".into(), json!([alone]));
            return around;
        }
        alone.as_object().cloned().unwrap_or_default()
    }

    /// Notes what has no closed set of properties, or no type at all.
    fn open_ended(&mut self, schema: &Object, path: &str) {
        let properties = schema.get("properties").and_then(Value::as_object);
        let is_object = schema.get("type").is_some_and(|kind| names(kind, "object"));
        let typed = ["type", "anyOf", "enum", "const"].iter().any(|key| schema.contains_key(*key));
        if schema.contains_key("additionalProperties") {
            self.unmet.push(format!("{path} is a map, whose keys are not known"));
        } else if properties.is_some_and(|properties| properties.contains_key("@type")) {
            self.unmet.push(format!("{path} is an `Any`, which holds any message"));
        } else if is_object && properties.is_none() {
            self.unmet.push(format!("{path} is an object of any content"));
        } else if !typed {
            self.unmet.push(format!("{path} is any JSON value"));
        }
    }

    /// The properties, and that there are no others.
    fn close(&mut self, schema: &Object, out: &mut Object, path: &str) {
        let Some(Value::Object(properties)) = schema.get("properties") else { return };
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let mut closed = Object::new();
        for (name, property) in properties {
            let mut property = self.value(property, &format!("`{name}` of {path}"));
            if self.form.nullable && !required.contains(&name.as_str()) {
                nullable(&mut property);
            }
            closed.insert(name.clone(), property);
        }
        let all = || closed.keys().map(String::as_str).collect();
        let required: Vec<&str> = if self.form.nullable { all() } else { required };
        out.insert("required".into(), json!(required));
        out.insert("properties".into(), Value::Object(closed));
        out.insert("additionalProperties".into(), json!(false));
    }
}

fn is_enum(schema: &Value) -> bool {
    schema.get("enum").is_some()
}

/// Whether a `type` names this one.
fn names(kind: &Value, name: &str) -> bool {
    kind == name || kind.as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == name))
}

/// Lets a schema take null.
fn nullable(schema: &mut Value) {
    let nothing = json!({ "type": "null" });
    if schema.get("$ref").is_some() {
        *schema = json!({ "anyOf": [schema.take(), nothing] });
        return;
    }
    if let Some(Value::Array(options)) = schema.get_mut("anyOf") {
        if !options.contains(&nothing) {
            options.push(nothing);
        }
        return;
    }
    if let Some(kind) = schema.get_mut("type").filter(|kind| !names(kind, "null")) {
        match kind {
            Value::Array(kinds) => kinds.push(json!("null")),
            single => *single = json!([single.take(), "null"]),
        }
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
}

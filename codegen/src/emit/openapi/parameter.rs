//! Parameters of an operation: those of the path, and the request fields that
//! neither path nor body holds, as query parameters.

use serde_json::{Value, json};

use super::example;
use super::operation::{Bound, Writer};
use super::path::{OpenApiPath, PathParameter};
use crate::contract::{
    Cardinality, Field, FieldBehavior, FieldRef, HttpBody, Kind, MessageId, TypeRef, is_query_value,
};
use crate::emit::schema::{Constrained, Describe as _, Object, Schemas};

/// What a client goes on by with a stream of events that it lost. The query has it
/// too, where a client can set no header: in words, as generators make one name of
/// `Last-Event-ID` and `lastEventId`, and clients with two such parameters do not
/// compile.
pub(super) fn resume() -> Value {
    json!({
        "name": "Last-Event-ID",
        "in": "header",
        "description": "The last event that was seen; the stream goes on after it where its \
            events are kept. Clients that cannot set it (polyfills of `EventSource`) put it in \
            the query, as `lastEventId`.",
        "schema": { "type": "string" }
    })
}

/// The parameters of the path. Names come from `names`, which may be those of
/// another binding of the same path.
pub(super) fn of_path(
    writer: &mut Writer<'_, '_>,
    bound: Bound<'_>,
    own: &OpenApiPath,
    names: &OpenApiPath,
) -> Vec<Value> {
    let pairs = own.parameters.iter().zip(&names.parameters);
    pairs
        .map(|(parameter, shared)| {
            let mut object = Object::new();
            object.insert("name".into(), json!(shared.name));
            object.insert("in".into(), json!("path"));
            object.insert("required".into(), json!(true));
            path_value(writer, bound, parameter, &mut object);
            Value::Object(object)
        })
        .collect()
}

/// The fields that lead to what a parameter fills, alone or in part.
fn path_of<'a>(bound: Bound<'a>, parameter: &PathParameter) -> Option<&'a [FieldRef]> {
    bound.binding.variables.get(parameter.variable?).map(Vec::as_slice)
}

/// The description and schema of a path parameter.
fn path_value(
    writer: &mut Writer<'_, '_>,
    bound: Bound<'_>,
    parameter: &PathParameter,
    object: &mut Object,
) {
    let path = path_of(bound, parameter);
    let field = path.and_then(<[_]>::last).map(|field| writer.contract.field(*field));
    let value = field.map(|field| of_text(&mut writer.schemas, field));
    let text = json!({ "type": "string", "minLength": 1 });
    let mut docs = field.map(|field| field.docs.trim_end().to_owned()).unwrap_or_default();
    if let Some(part) = partly(bound, parameter) {
        docs.extend(["\n\n", &part]);
    }
    if parameter.rest {
        docs.push_str("\n\nMay hold several segments, separated by `/`.");
    }
    let Constrained { mut schema, notes } = match value {
        Some(value) if parameter.whole => value,
        // Rules are about the variable as a whole.
        Some(value) => Constrained { schema: text.clone(), notes: value.in_words() },
        None => Constrained { schema: text.clone(), notes: Vec::new() },
    };
    // No template takes an empty segment.
    if schema.get("type") == text.get("type") && schema.get("minLength").is_none() {
        schema["minLength"] = json!(1);
    }
    object.describe_with(&docs, &notes);
    object.deprecate(field.is_some_and(|field| field.deprecated));
    object.insert("schema".into(), schema);
    if let Some(path) = path.filter(|_| parameter.whole) {
        show(object, example::of_parameter(writer.contract, bound.method, path));
    }
}

/// The schema of a field as a parameter: no text of a path or query is null, as a
/// wrapper may be in JSON.
fn of_text(schemas: &mut Schemas<'_>, field: &Field) -> Constrained {
    let mut it = schemas.field(field);
    forbid_null(&mut it.schema);
    it
}

fn forbid_null(schema: &mut Value) {
    for inside in ["items", "additionalProperties"] {
        schema.get_mut(inside).into_iter().for_each(forbid_null);
    }
    if schema.get("enum") == Some(&json!([null])) {
        // `google.protobuf.NullValue`, by the name of its only value.
        *schema = json!({ "type": "string", "enum": ["NULL_VALUE"] });
    }
    let Some(Value::Array(types)) = schema.get_mut("type") else { return };
    types.retain(|name| name != "null");
    if let [only] = types.as_slice() {
        schema["type"] = only.clone();
    }
}

/// What a parameter is that fills a part of a variable.
fn partly(bound: Bound<'_>, parameter: &PathParameter) -> Option<String> {
    let template = &bound.binding.template;
    let variable = template.variables.get(parameter.variable?).filter(|_| !parameter.whole)?;
    Some(format!("A part of `{}` in `{}`.", variable.path.join("."), template.text))
}

fn show(object: &mut Object, examples: Object) {
    if !examples.is_empty() {
        object.insert("examples".into(), Value::Object(examples));
    }
}

/// The query parameters of a binding.
pub(super) fn of_query(writer: &mut Writer<'_, '_>, bound: Bound<'_>) -> Vec<Value> {
    let body = match &bound.binding.body {
        HttpBody::All => return Vec::new(),
        HttpBody::Field(field) => Some(*field),
        HttpBody::None => None,
    };
    let TypeRef::Message(message) = bound.method.input else { return Vec::new() };
    let mut query = Query { writer, bound, body, parameters: Vec::new() };
    query.message(message, &mut Vec::new(), true);
    query.parameters
}

struct Query<'w, 'a, 's, 'b> {
    writer: &'w mut Writer<'a, 's>,
    bound: Bound<'b>,
    body: Option<FieldRef>,
    parameters: Vec<Value>,
}

impl Query<'_, '_, '_, '_> {
    /// Adds the fields of a message that stands at `path`.
    fn message(&mut self, id: MessageId, path: &mut Vec<FieldRef>, required: bool) {
        let contract = self.writer.contract;
        for (index, field) in contract.message(id).fields.iter().enumerate() {
            path.push(FieldRef { message: id, field: index });
            if !self.is_elsewhere(path, field) {
                self.field(field, path, required && self.writer.schemas.is_required(field));
            }
            path.pop();
        }
    }

    /// Whether a caller does not give the field in the query.
    fn is_elsewhere(&self, path: &[FieldRef], field: &Field) -> bool {
        self.bound.binding.variables.iter().any(|bound| bound == path)
            || path.len() == 1 && path.first() == self.body.as_ref()
            || field.behavior.contains(&FieldBehavior::OutputOnly)
    }

    fn field(&mut self, field: &Field, path: &mut Vec<FieldRef>, required: bool) {
        let style = match (&field.cardinality, &field.kind) {
            (Cardinality::Repeated, kind) if is_scalar(kind) => None,
            (Cardinality::Map(_), kind) if is_scalar(kind) => Some("deepObject"),
            (Cardinality::Repeated | Cardinality::Map(_), _) => return,
            (_, Kind::Message(TypeRef::Message(id))) => {
                let recursive = path.iter().any(|step| step.message == *id);
                if !recursive {
                    self.message(*id, path, required);
                }
                return;
            }
            (_, kind) if is_scalar(kind) => None,
            _ => return,
        };
        let contract = self.writer.contract;
        let names: Vec<_> = path.iter().map(|step| contract.field(*step).json.as_str()).collect();
        let Constrained { schema, notes } = of_text(&mut self.writer.schemas, field);
        let mut object = Object::new();
        object.insert("name".into(), json!(names.join(".")));
        object.insert("in".into(), json!("query"));
        object.describe_with(&field.docs, &notes);
        if required {
            object.insert("required".into(), json!(true));
        }
        object.deprecate(field.deprecated);
        if let Some(style) = style {
            object.insert("style".into(), json!(style));
        }
        object.insert("schema".into(), schema);
        show(&mut object, example::of_parameter(contract, self.bound.method, path));
        if let Some(example) = field.example.as_ref().filter(|_| !object.contains_key("examples")) {
            object.insert("example".into(), example.clone());
        }
        self.parameters.push(Value::Object(object));
    }
}

/// Whether a value of this kind is one text in a query.
fn is_scalar(kind: &Kind) -> bool {
    match kind {
        Kind::Message(TypeRef::WellKnown(name)) => is_query_value(name),
        Kind::Message(TypeRef::Message(_)) | Kind::Group(_) => false,
        _ => true,
    }
}

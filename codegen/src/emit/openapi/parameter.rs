//! Parameters of an operation: those of the path, and the request fields that
//! neither path nor body holds, as query parameters.

use serde_json::{Value, json};

use super::path::{OpenApiPath, PathParameter};
use crate::contract::{
    Cardinality, Contract, Field, FieldBehavior, FieldRef, HttpBinding, HttpBody, Kind, MessageId,
    TypeRef, is_query_value,
};
use crate::emit::schema::{Describe as _, Object, Schemas, is_required};

/// The parameters of the path. Names come from `path`, which may be that of
/// another binding of the same path.
pub(super) fn of_path(
    contract: &Contract,
    schemas: &mut Schemas<'_>,
    binding: &HttpBinding,
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
            object.describe(&path_docs(contract, binding, parameter));
            object.insert("schema".into(), path_schema(contract, schemas, binding, parameter));
            Value::Object(object)
        })
        .collect()
}

fn variable_field<'a>(
    contract: &'a Contract,
    binding: &HttpBinding,
    parameter: &PathParameter,
) -> Option<&'a Field> {
    let path = binding.variables.get(parameter.variable?)?;
    path.last().map(|field| contract.field(*field))
}

fn path_docs(contract: &Contract, binding: &HttpBinding, parameter: &PathParameter) -> String {
    let mut docs = variable_field(contract, binding, parameter)
        .map(|field| field.docs.trim_end().to_owned())
        .unwrap_or_default();
    let variable = parameter.variable.and_then(|index| binding.template.variables.get(index));
    if let Some(variable) = variable.filter(|_| !parameter.whole) {
        let (name, template) = (variable.path.join("."), &binding.template.text);
        docs.extend(["\n\nA part of `", &name, "` in `", template, "`."]);
    }
    if parameter.rest {
        docs.push_str("\n\nMay hold several segments, separated by `/`.");
    }
    docs
}

fn path_schema(
    contract: &Contract,
    schemas: &mut Schemas<'_>,
    binding: &HttpBinding,
    parameter: &PathParameter,
) -> Value {
    match variable_field(contract, binding, parameter) {
        Some(field) if parameter.whole => schemas.kind(&field.kind),
        _ => json!({ "type": "string" }),
    }
}

/// The query parameters of a binding of an rpc with this request.
pub(super) fn of_query(
    contract: &Contract,
    schemas: &mut Schemas<'_>,
    input: &TypeRef,
    binding: &HttpBinding,
) -> Vec<Value> {
    let body = match &binding.body {
        HttpBody::All => return Vec::new(),
        HttpBody::Field(field) => Some(*field),
        HttpBody::None => None,
    };
    let TypeRef::Message(message) = input else { return Vec::new() };
    let mut query =
        Query { contract, schemas, bound: &binding.variables, body, parameters: Vec::new() };
    query.message(*message, &mut Vec::new(), true);
    query.parameters
}

struct Query<'a, 's, 'c> {
    contract: &'a Contract,
    schemas: &'s mut Schemas<'c>,
    bound: &'a [Vec<FieldRef>],
    body: Option<FieldRef>,
    parameters: Vec<Value>,
}

impl Query<'_, '_, '_> {
    /// Adds the fields of a message that stands at `path`.
    fn message(&mut self, id: MessageId, path: &mut Vec<FieldRef>, required: bool) {
        let contract = self.contract;
        for (index, field) in contract.message(id).fields.iter().enumerate() {
            path.push(FieldRef { message: id, field: index });
            if !self.is_elsewhere(path, field) {
                self.field(field, path, required && is_required(field));
            }
            path.pop();
        }
    }

    /// Whether a caller does not give the field in the query.
    fn is_elsewhere(&self, path: &[FieldRef], field: &Field) -> bool {
        self.bound.iter().any(|bound| bound == path)
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
        let names: Vec<_> =
            path.iter().map(|step| self.contract.field(*step).json.as_str()).collect();
        let mut object = Object::new();
        object.insert("name".into(), json!(names.join(".")));
        object.insert("in".into(), json!("query"));
        object.describe(&field.docs);
        if required {
            object.insert("required".into(), json!(true));
        }
        object.deprecate(field.deprecated);
        if let Some(style) = style {
            object.insert("style".into(), json!(style));
        }
        object.insert("schema".into(), self.schemas.field(field));
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

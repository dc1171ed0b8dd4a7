//! Examples of calls and of fields: JSON in options, checked against the types
//! that it stands for and brought into the form that replies have.

use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor, SerializeOptions,
};
use serde_json::Value;

use super::Lowering;
use super::options::{AGENTGEN, Setting};
use crate::contract::Location;
use crate::contract::model::Example;
use crate::diagnostic::codes;

/// Fills in the examples of every field and rpc of the contract.
pub(super) fn lower(lowering: &mut Lowering<'_>) {
    for message in 0..lowering.contract.messages.len() {
        let name = &lowering.contract.messages[message].full_name;
        let Some(descriptor) = lowering.pool.get_message_by_name(name) else { continue };
        for field in 0..lowering.contract.messages[message].fields.len() {
            let number = lowering.contract.messages[message].fields[field].number;
            let example = descriptor.get_field(number).and_then(|it| of_field(lowering, &it));
            lowering.contract.messages[message].fields[field].example = example;
        }
    }
    for package in 0..lowering.contract.packages.len() {
        for service in 0..lowering.contract.packages[package].services.len() {
            let name = &lowering.contract.packages[package].services[service].full_name;
            let Some(descriptor) = lowering.pool.get_service_by_name(name) else { continue };
            for (method, descriptor) in descriptor.methods().enumerate() {
                let examples = of_method(lowering, &descriptor);
                let service = &mut lowering.contract.packages[package].services[service];
                service.methods[method].examples = examples;
            }
        }
    }
}

fn of_field(lowering: &mut Lowering<'_>, field: &FieldDescriptor) -> Option<Value> {
    field.field_descriptor_proto().options.as_ref()?;
    let setting = Setting::extension(lowering.pool, &field.options(), "agentgen.v1.field");
    let text = setting.string("example")?;
    let message = &field.parent_message();
    let check = |value: Value| {
        let document = Value::Object([(field.json_name().to_owned(), value)].into_iter().collect());
        let mut document = checked(message, &document)?;
        Ok(document.get_mut(field.json_name()).map(Value::take))
    };
    let parsed = serde_json::from_str(&text).map_err(|error| error.to_string()).and_then(check);
    // Where JSON has a text, the quotes may be left out; what is neither a text
    // nor begins as another document was meant as one.
    let as_text = |error| {
        let bare =
            !text.starts_with(['{', '[', '"']) && serde_json::from_str::<Value>(&text).is_err();
        check(Value::String(text.clone())).map_err(|own| if bare { own } else { error })
    };
    match parsed.or_else(as_text) {
        Ok(example) => example,
        Err(error) => {
            let path = [field.path(), &[8, AGENTGEN]].concat();
            let place = lowering.spans.place_within(message.parent_file().name(), &path);
            let what = format!("the example of `{}` is no value of it: {error}", field.name());
            lowering.report(&codes::EXAMPLE_INVALID, place, what).hint =
                Some("write it as proto3 JSON writes the field".to_owned());
            None
        }
    }
}

fn of_method(lowering: &mut Lowering<'_>, method: &MethodDescriptor) -> Vec<Example> {
    let setting = Setting::extension(lowering.pool, &method.options(), "agentgen.v1.method");
    let path = [method.path(), &[4, AGENTGEN]].concat();
    let file = method.parent_service().parent_file();
    let place = lowering.spans.place_within(file.name(), &path);
    let mut examples: Vec<Example> = Vec::new();
    for (index, stated) in setting.messages("examples").iter().enumerate() {
        let text = |name: &str| stated.string(name).unwrap_or_default();
        let name = match (text("name"), index) {
            (name, _) if !name.is_empty() => name,
            (_, 0) => "example".to_owned(),
            (_, index) => format!("example_{}", index + 1),
        };
        let whole = &place;
        let place = lowering.quoted(whole, &name);
        if examples.iter().any(|other| other.name == name) {
            let behind = Location { start: place.end, ..whole.clone() };
            let again = lowering.quoted(&behind, &name);
            let place = if again == behind { place } else { again };
            let message = format!("two examples are called `{name}`");
            lowering.report(&codes::EXAMPLE_INVALID, place, message).hint =
                Some("give each a name of its own".to_owned());
            continue;
        }
        let mut side = |side: &str, of: &MessageDescriptor, stream| {
            let text = stated.string(side).filter(|text| !text.is_empty())?;
            document(of, &text, stream)
                .map_err(|error| {
                    let message = format!(
                        "the {side} of example `{name}` is no `{}`: {error}",
                        of.full_name()
                    );
                    lowering.report(&codes::EXAMPLE_INVALID, place.clone(), message).hint =
                        Some(hint(stream).to_owned());
                })
                .ok()
        };
        examples.push(Example {
            request: side("request", &method.input(), method.is_client_streaming()),
            reply: side("reply", &method.output(), method.is_server_streaming()),
            summary: text("summary"),
            description: text("description"),
            name,
        });
    }
    examples
}

fn hint(stream: bool) -> &'static str {
    if stream { "write a JSON array of messages" } else { "write the message as proto3 JSON" }
}

/// The example of a message, or of the list of a stream's messages.
fn document(of: &MessageDescriptor, text: &str, stream: bool) -> Result<Value, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match value {
        Value::Array(items) if stream => items.iter().map(|item| checked(of, item)).collect(),
        _ if stream => Err("it is no array".to_owned()),
        value => checked(of, &value),
    }
}

/// A document that is one of the message, in canonical form, with what was
/// written and nothing else.
fn checked(of: &MessageDescriptor, written: &Value) -> Result<Value, String> {
    let message =
        DynamicMessage::deserialize(of.clone(), written).map_err(|error| error.to_string())?;
    let options = SerializeOptions::new().skip_default_fields(false);
    let canonical = message
        .serialize_with_options(serde_json::value::Serializer, &options)
        .map_err(|error| error.to_string())?;
    Ok(kept(canonical, written, of))
}

/// The members of a canonical document that were written.
fn kept(canonical: Value, written: &Value, of: &MessageDescriptor) -> Value {
    let own_form = of.full_name().starts_with("google.protobuf.");
    let (Value::Object(mut all), Value::Object(written)) = (canonical.clone(), written) else {
        return canonical;
    };
    if own_form {
        return canonical;
    }
    let fields = of.fields().filter_map(|field| {
        let value = all.remove(field.json_name())?;
        let written = written.get(field.json_name()).or_else(|| written.get(field.name()))?;
        let value = match field.kind() {
            Kind::Message(inner) if !field.is_map() => kept_values(value, written, &inner),
            _ => value,
        };
        (!written.is_null() || !value.is_null()).then(|| (field.json_name().to_owned(), value))
    });
    Value::Object(fields.collect())
}

/// One message, or each of a list.
fn kept_values(value: Value, written: &Value, of: &MessageDescriptor) -> Value {
    match (value, written) {
        (Value::Array(values), Value::Array(written)) if !of.full_name().ends_with("ListValue") => {
            let pairs = values.into_iter().zip(written);
            pairs.map(|(value, written)| kept(value, written, of)).collect()
        }
        (value, written) => kept(value, written, of),
    }
}

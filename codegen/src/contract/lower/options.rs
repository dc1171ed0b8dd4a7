//! Reads custom options out of dynamic messages. Total: a user may bring a
//! `google/api/http.proto` of any content, so that a field that is missing or
//! has another type counts as not set.

use std::borrow::Cow;

use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, ReflectMessage as _, Value};

use crate::contract::model::FieldBehavior;

/// The number of `google.api.http`.
pub(super) const HTTP: i32 = 72_295_728;
/// The number of `agentgen.v1.service` and `agentgen.v1.method`.
pub(super) const AGENTGEN: i32 = 52_860;

/// A message inside an option, or nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Setting(Option<DynamicMessage>);

impl Setting {
    /// The extension of this name in a set of options.
    pub(super) fn extension(pool: &DescriptorPool, options: &DynamicMessage, name: &str) -> Self {
        let extension = pool.get_extension_by_name(name);
        let extension = extension.filter(|extension| options.has_extension(extension));
        Self(extension.and_then(|extension| match options.get_extension(&extension).as_ref() {
            Value::Message(message) => Some(message.clone()),
            _ => None,
        }))
    }

    /// The message in a value, if it is one.
    pub(super) fn of(value: Value) -> Self {
        Self(if let Value::Message(message) = value { Some(message) } else { None })
    }

    /// The name of the member of a oneof that is set, with its value.
    pub(super) fn member(&self, oneof: &str) -> Option<(String, Value)> {
        let message = self.0.as_ref()?;
        let oneof = message.descriptor().oneofs().find(|other| other.name() == oneof)?;
        let field = oneof.fields().find(|field| message.has_field(field))?;
        Some((field.name().to_owned(), message.get_field(&field).into_owned()))
    }

    /// The full names of the extensions that are set inside.
    pub(super) fn extensions(&self) -> Vec<String> {
        let set = self.0.iter().flat_map(DynamicMessage::extensions);
        set.map(|(extension, _)| extension.full_name().to_owned()).collect()
    }

    /// The values of a list.
    pub(super) fn values(&self, name: &str) -> Vec<Value> {
        let value = self.value(name);
        value.as_ref().and_then(|value| value.as_list()).unwrap_or_default().to_vec()
    }

    /// A value of any type, where it was set.
    pub(super) fn value(&self, name: &str) -> Option<Cow<'_, Value>> {
        let message = self.0.as_ref()?;
        if message.has_field_by_name(name) { message.get_field_by_name(name) } else { None }
    }

    /// Whether anything was set.
    pub(super) fn is_set(&self) -> bool {
        self.0.is_some()
    }

    /// Whether this field was set.
    pub(super) fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    pub(super) fn message(&self, name: &str) -> Self {
        Self(self.value(name).and_then(|value| value.as_message().cloned()))
    }

    pub(super) fn messages(&self, name: &str) -> Vec<Self> {
        let value = self.value(name);
        let list = value.as_ref().and_then(|value| value.as_list()).unwrap_or_default();
        list.iter().map(|value| Self(value.as_message().cloned())).collect()
    }

    pub(super) fn string(&self, name: &str) -> Option<String> {
        self.value(name)?.as_str().map(str::to_owned)
    }

    pub(super) fn strings(&self, name: &str) -> Vec<String> {
        let value = self.value(name);
        let list = value.as_ref().and_then(|value| value.as_list()).unwrap_or_default();
        list.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
    }

    pub(super) fn u32(&self, name: &str) -> Option<u32> {
        self.value(name)?.as_u32()
    }

    pub(super) fn i64(&self, name: &str) -> Option<i64> {
        let value = self.value(name)?;
        value.as_i64().or_else(|| value.as_i32().map(i64::from))
    }

    pub(super) fn f64(&self, name: &str) -> Option<f64> {
        self.value(name)?.as_f64()
    }

    pub(super) fn bool(&self, name: &str) -> bool {
        self.value(name).and_then(|value| value.as_bool()).unwrap_or_default()
    }

    pub(super) fn enumeration(&self, name: &str) -> Option<i32> {
        self.value(name)?.as_enum_number()
    }
}

/// `google.api.field_behavior` of a field.
pub(super) fn behavior(pool: &DescriptorPool, field: &FieldDescriptor) -> Vec<FieldBehavior> {
    if field.field_descriptor_proto().options.is_none() {
        return Vec::new();
    }
    let options = field.options();
    let Some(extension) = pool.get_extension_by_name("google.api.field_behavior") else {
        return Vec::new();
    };
    let value = options.get_extension(&extension);
    let numbers = value.as_list().unwrap_or_default().iter().filter_map(Value::as_enum_number);
    numbers.filter_map(behavior_of).collect()
}

fn behavior_of(number: i32) -> Option<FieldBehavior> {
    match number {
        1 => Some(FieldBehavior::Optional),
        2 => Some(FieldBehavior::Required),
        3 => Some(FieldBehavior::OutputOnly),
        4 => Some(FieldBehavior::InputOnly),
        5 => Some(FieldBehavior::Immutable),
        8 => Some(FieldBehavior::Identifier),
        _ => None,
    }
}

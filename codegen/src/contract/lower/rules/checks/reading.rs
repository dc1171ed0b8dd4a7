//! The typed rules of one value, read field by field.

use prost_reflect::{DynamicMessage, ExtensionDescriptor, ReflectMessage as _, Value};

use super::{bytes, fit, number, special, text, unsupported};
use crate::contract::lower::Lowering;
use crate::contract::model::{Location, Rule};
use crate::diagnostic::codes;

/// A set of rules being read, with what it needs to say what is wrong.
pub(super) struct Reading<'a, 'b> {
    pub(super) lowering: &'a mut Lowering<'b>,
    pub(super) place: Location,
}

/// The rules of one type, such as `string`.
pub(super) struct Typed {
    /// The name of the type, with which the ids begin.
    pub(super) name: String,
    message: DynamicMessage,
}

/// Why a rule of `buf.validate` itself is not enforced: it is younger.
const UNKNOWN: &str = "it is not known here";

impl Reading<'_, '_> {
    /// The typed rules of a set that fit where they stand; whatever else is
    /// set besides is a finding.
    pub(super) fn typed(&mut self, rules: &DynamicMessage, at: &fit::Place) -> Option<Typed> {
        let mut typed = None;
        for (field, value) in rules.fields() {
            match (field.name(), value) {
                ("required" | "ignore" | "cel" | "cel_expression", _) => {}
                (name, Value::Message(message)) if field.containing_oneof().is_some() => {
                    typed = Some(Typed { name: name.to_owned(), message: message.clone() });
                }
                (name, _) => unsupported(self.lowering, &self.place, name, UNKNOWN),
            }
        }
        let typed = typed?;
        if let Some((wrong, hint)) = at.misfit(&typed.name) {
            let place = self.lowering.spans.narrow(&self.place, &typed.name);
            self.lowering.report(&codes::RULE_TYPE, place, wrong).hint = hint;
            return None;
        }
        Some(typed)
    }

    /// The rules of a value that is neither a list nor a map.
    pub(super) fn rules(&mut self, typed: &Typed) -> Vec<Rule> {
        match typed.name.as_str() {
            "bool" => special::boolean(self, typed),
            "string" => text::rules(self, typed),
            "bytes" => bytes::rules(self, typed),
            "any" => special::any(self, typed),
            "field_mask" => special::mask(self, typed),
            "float" | "double" => number::floats(self, typed),
            _ => number::wholes(self, typed),
        }
    }

    pub(super) fn unsupported(&mut self, rule: &str) {
        unsupported(self.lowering, &self.place, rule, UNKNOWN);
    }

    /// Says that the value of a rule is wrong.
    pub(super) fn wrong(&mut self, rule: &str, message: String, hint: Option<&str>) {
        let place = self.lowering.spans.narrow(&self.place, rule);
        self.lowering.report(&codes::RULE_VALUE, place, message).hint = hint.map(str::to_owned);
    }
}

impl Typed {
    /// The names of the rules that are set, with their values, in the order of
    /// their numbers; examples are none.
    pub(super) fn set(&self) -> Vec<(String, Value)> {
        let fields = self.message.fields().filter(|(field, _)| field.name() != "example");
        fields.map(|(field, value)| (field.name().to_owned(), value.clone())).collect()
    }

    /// The predefined rules that are set, with their values.
    pub(super) fn extensions(&self) -> Vec<(ExtensionDescriptor, Value)> {
        self.message.extensions().map(|(rule, value)| (rule, value.clone())).collect()
    }

    pub(super) fn get(&self, name: &str) -> Option<Value> {
        let field = self.message.descriptor().get_field_by_name(name)?;
        self.message.has_field(&field).then(|| self.message.get_field(&field).into_owned())
    }

    pub(super) fn message(&self, name: &str) -> Option<DynamicMessage> {
        self.get(name)?.as_message().cloned()
    }
}

/// Whether a flag of a message is set.
pub(super) fn flag(message: &DynamicMessage, name: &str) -> bool {
    message.get_field_by_name(name).and_then(|value| value.as_bool()).unwrap_or_default()
}

/// A list of strings of a message.
pub(super) fn strings(message: &DynamicMessage, name: &str) -> Vec<String> {
    let value = message.get_field_by_name(name);
    texts(value.as_deref())
}

/// The strings of a list.
pub(super) fn texts(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_list).unwrap_or_default();
    list.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

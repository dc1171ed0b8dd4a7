//! YAML nodes as messages, by their descriptors: what a text, a number or a
//! well-known type may look like is the proto3 JSON mapping's to say.

use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage as _, Value,
};
use serde_json::{Map, Number, Value as Json};

use super::places::Places;
use crate::diagnostic::{Diagnostic, codes};
use crate::yaml::{Data, Tree};

/// Turns nodes into messages and records what is wrong with them.
pub(super) struct Reader<'r> {
    pub(super) places: &'r Places,
    pub(super) diagnostics: &'r mut Vec<Diagnostic>,
}

impl Reader<'_> {
    /// A mapping as a message.
    pub(super) fn message(&mut self, tree: &Tree, of: &MessageDescriptor) -> DynamicMessage {
        let mut message = DynamicMessage::new(of.clone());
        let mut written = Vec::new();
        for (key, value) in self.entries(tree) {
            let name = text(key).unwrap_or_default();
            let field = of.get_field_by_name(name).or_else(|| of.get_field_by_json_name(name));
            let Some(field) = field else {
                let known: Vec<_> = of.fields().map(|field| field.name().to_owned()).collect();
                self.unknown_key(key, &known);
                continue;
            };
            if self.again(&mut written, field.number(), key) {
                continue;
            }
            if let Some(other) = rival(&message, &field) {
                let what = format!("`{name}` and `{other}` cannot both be set");
                self.report(&codes::CONFIG_VALUE, key, what);
            } else if !is_null(value) {
                self.field(&mut message, &field, value);
            }
        }
        message
    }

    /// Whether a key stands for what one before it does, by another of its
    /// names; then it is a mistake. The parser sees to equal keys.
    pub(super) fn again<'t, T: PartialEq>(
        &mut self,
        written: &mut Vec<(T, &'t Tree)>,
        meaning: T,
        key: &'t Tree,
    ) -> bool {
        let known = written.iter().find(|(known, _)| *known == meaning).map(|(_, key)| *key);
        let Some(first) = known else {
            written.push((meaning, key));
            return false;
        };
        let [name, other] = [key, first].map(|key| text(key).unwrap_or_default());
        let what = format!("`{name}` and `{other}` are one key: write one of them");
        self.report(&codes::CONFIG_VALUE, key, what);
        true
    }

    /// The entries of a mapping; none where nothing is written.
    pub(super) fn entries<'t>(&mut self, tree: &'t Tree) -> Vec<(&'t Tree, &'t Tree)> {
        match &tree.data {
            Data::Mapping(entries) => entries.iter().map(|(key, value)| (key, value)).collect(),
            _ if is_null(tree) => Vec::new(),
            _ => {
                self.report(&codes::CONFIG_VALUE, tree, "expected keys with values");
                Vec::new()
            }
        }
    }

    /// The items of a list; none where nothing is written.
    pub(super) fn items<'t>(&mut self, tree: &'t Tree) -> &'t [Tree] {
        match &tree.data {
            Data::List(items) => items,
            _ if is_null(tree) => &[],
            _ => {
                self.report(&codes::CONFIG_VALUE, tree, "expected a list");
                &[]
            }
        }
    }

    /// `true` or `false`; none where nothing is written.
    pub(super) fn switch(&mut self, tree: &Tree) -> Option<bool> {
        match json(tree) {
            Json::Bool(value) => Some(value),
            Json::Null => None,
            _ => {
                self.report(&codes::CONFIG_VALUE, tree, "expected `true` or `false`");
                None
            }
        }
    }

    fn field(&mut self, message: &mut DynamicMessage, field: &FieldDescriptor, tree: &Tree) {
        let nested = match field.kind() {
            Kind::Message(of) if !field.is_map() && !is_well_known(&of) => Some(of),
            _ => None,
        };
        if !field.is_list() {
            let value = match nested {
                Some(of) => Some(Value::Message(self.message(tree, &of))),
                None => self.leaf(message, field, tree),
            };
            if let Some(value) = value {
                message.set_field(field, value);
            }
            return;
        }
        let mut list = Vec::new();
        for item in self.items(tree) {
            match (&nested, &item.data) {
                (Some(of), _) => list.push(Value::Message(self.message(item, of))),
                (None, _) => list.extend(self.leaf(message, field, item).and_then(first)),
            }
        }
        message.set_field(field, Value::List(list));
    }

    /// A value without fields of its own, as proto3 JSON has it.
    fn leaf(
        &mut self,
        message: &DynamicMessage,
        field: &FieldDescriptor,
        tree: &Tree,
    ) -> Option<Value> {
        let mut json = json(tree);
        if let (Kind::Enum(of), Json::String(text)) = (field.kind(), &mut json)
            && let Some(value) = of.values().find(|it| it.name().eq_ignore_ascii_case(text))
        {
            value.name().clone_into(text);
        }
        let json = if field.is_list() { Json::Array(vec![json]) } else { json };
        let object = Json::Object(Map::from_iter([(field.json_name().to_owned(), json)]));
        match DynamicMessage::deserialize(message.descriptor(), object) {
            Ok(read) => Some(read.get_field(field).into_owned()),
            Err(error) => {
                let what = format!("`{}` cannot be this: {error}", field.name());
                self.report(&codes::CONFIG_VALUE, tree, what);
                None
            }
        }
    }

    /// Reports a key that means nothing.
    pub(super) fn unknown_key(&mut self, key: &Tree, known: &[String]) {
        let name = text(key).unwrap_or_default();
        let what = format!("`{name}` is no key here");
        let likeness = known.iter().map(|other| (strsim::jaro_winkler(name, other), other));
        let nearest = likeness.filter(|(likeness, _)| *likeness > 0.8);
        let nearest = nearest.max_by(|a, b| a.0.total_cmp(&b.0));
        let hint = match nearest {
            Some((_, nearest)) => format!("did you mean `{nearest}`?"),
            None => format!("known are `{}`", known.join("`, `")),
        };
        self.report(&codes::CONFIG_KEY, key, what);
        if let Some(last) = self.diagnostics.last_mut() {
            last.hint = Some(hint);
        }
    }

    /// Reports something about a node.
    pub(super) fn report(
        &mut self,
        code: &'static crate::diagnostic::Code,
        tree: &Tree,
        what: impl Into<String>,
    ) {
        self.diagnostics.push(Diagnostic::new(code, what).at(self.places.of(tree)));
    }
}

/// The text of a scalar.
pub(super) fn text(tree: &Tree) -> Option<&str> {
    match &tree.data {
        Data::Scalar { text, .. } => Some(text),
        _ => None,
    }
}

/// Another member of the field's oneof that is set.
fn rival(message: &DynamicMessage, field: &FieldDescriptor) -> Option<String> {
    let oneof = field.containing_oneof()?;
    let other = oneof.fields().find(|other| other != field && message.has_field(other))?;
    Some(other.name().to_owned())
}

fn first(list: Value) -> Option<Value> {
    match list {
        Value::List(items) => items.into_iter().next(),
        _ => None,
    }
}

fn is_well_known(message: &MessageDescriptor) -> bool {
    message.package_name() == "google.protobuf"
}

fn is_null(tree: &Tree) -> bool {
    json(tree).is_null()
}

/// A node as JSON: a plain scalar is what JSON would read it as, else text.
fn json(tree: &Tree) -> Json {
    match &tree.data {
        Data::Scalar { text, plain: true } => match text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => Json::Null,
            "true" | "True" | "TRUE" => Json::Bool(true),
            "false" | "False" | "FALSE" => Json::Bool(false),
            text => match text.parse::<Number>() {
                Ok(number) => Json::Number(number),
                Err(_) => Json::String(text.to_owned()),
            },
        },
        Data::Scalar { text, .. } => Json::String(text.clone()),
        Data::List(items) => Json::Array(items.iter().map(json).collect()),
        Data::Mapping(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| (text(key).unwrap_or_default().to_owned(), json(value)));
            Json::Object(entries.collect())
        }
    }
}

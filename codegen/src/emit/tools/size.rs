//! How large a schema is, in the numbers that providers limit.

use serde_json::Value;

use super::base::reference;
use crate::emit::schema::Object;

/// The numbers of one schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    /// Properties of all objects, each definition counted once.
    pub(super) properties: usize,
    /// Those of them that may be left out.
    pub(super) optional: usize,
    /// Values with more than one type.
    pub(super) unions: usize,
    /// Values of all enums.
    pub(super) enums: usize,
    /// Characters of names of properties and definitions, and of enum values.
    pub(super) text: usize,
    /// Characters of the values of the longest enum with over 250 of them.
    pub(super) long_enum: usize,
    /// Objects inside one another, a recursion counted once.
    pub(super) depth: usize,
    /// Whether some definition leads to itself.
    pub(super) recursive: bool,
}

/// The size of a schema with its definitions.
pub(super) fn of(root: &Object) -> Size {
    let mut size = Size::default();
    count(root, &mut size);
    let none = Object::new();
    let definitions = root.get("$defs").and_then(Value::as_object).unwrap_or(&none);
    for (name, schema) in definitions {
        size.text += name.chars().count();
        schema.as_object().into_iter().for_each(|schema| count(schema, &mut size));
    }
    let mut depth = Depth { definitions, open: Vec::new(), recursive: false };
    size.depth = depth.below(root);
    size.recursive = depth.recursive;
    size
}

fn count(object: &Object, size: &mut Size) {
    if let Some(Value::Object(properties)) = object.get("properties") {
        let required = object.get("required").and_then(Value::as_array).map_or(0, Vec::len);
        size.properties += properties.len();
        size.optional += properties.len().saturating_sub(required);
        size.text += properties.keys().map(|name| name.chars().count()).sum::<usize>();
    }
    let several = object.get("type").is_some_and(Value::is_array);
    size.unions += usize::from(several || object.contains_key("anyOf"));
    if let Some(Value::Array(values)) = object.get("enum") {
        let length = |value: &Value| value.as_str().map_or(4, |text| text.chars().count());
        let text = values.iter().map(length).sum();
        size.enums += values.len();
        size.text += text;
        if values.len() > 250 {
            size.long_enum = size.long_enum.max(text);
        }
    }
    children(object).filter_map(Value::as_object).for_each(|child| count(child, size));
}

/// The schemas right inside one, definitions apart.
fn children(object: &Object) -> impl Iterator<Item = &Value> {
    let named = object.get("properties").and_then(Value::as_object);
    let options = object.get("anyOf").and_then(Value::as_array);
    let inner = [object.get("items"), object.get("additionalProperties")];
    named
        .into_iter()
        .flat_map(Object::values)
        .chain(options.into_iter().flatten())
        .chain(inner.into_iter().flatten())
}

struct Depth<'a> {
    definitions: &'a Object,
    open: Vec<String>,
    recursive: bool,
}

impl Depth<'_> {
    fn below(&mut self, schema: &Object) -> usize {
        if let Some(name) = reference(schema) {
            return self.referred(name);
        }
        let own = usize::from(schema.contains_key("properties"));
        let inner = children(schema).filter_map(Value::as_object);
        own + inner.map(|child| self.below(child)).max().unwrap_or(0)
    }

    fn referred(&mut self, name: &str) -> usize {
        if self.open.iter().any(|open| open == name) {
            self.recursive = true;
            return 0;
        }
        let definitions = self.definitions;
        let Some(schema) = definitions.get(name).and_then(Value::as_object) else { return 0 };
        self.open.push(name.to_owned());
        let depth = self.below(schema);
        self.open.pop();
        depth
    }
}

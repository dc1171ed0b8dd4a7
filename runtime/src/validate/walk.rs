//! The walk through a message along its rules, submessages included.

use std::borrow::Cow;

use super::path::Path;
use super::rules::Elements;
#[cfg(feature = "cel")]
use super::{Check, cel};
use super::{FieldRules, List, MAX_VIOLATIONS, Map, Oneof, Rule, Rules, Value, View, Violation};
use super::{Violations, check};
use crate::codec::{Cardinality, Field, Kind, Message};

/// Checks a message and everything in it.
pub(super) fn run(message: &dyn Message, rules: &Rules) -> Result<(), Violations> {
    let mut walk = Walk::default();
    walk.message(message, rules, &Path::ROOT);
    let Walk { found, more, failure } = walk;
    if found.is_empty() && failure.is_none() {
        return Ok(());
    }
    Err(Violations { found, more, failure })
}

#[derive(Default)]
struct Walk {
    found: Vec<Violation>,
    /// Whether there was one more than is told; then the walk ends.
    more: bool,
    /// Why the check could not be made; then the walk ends, too.
    failure: Option<String>,
}

impl Walk {
    fn message(&mut self, message: &dyn Message, rules: &Rules, path: &Path<'_>) {
        let fields = message.message_type().fields;
        for oneof in rules.oneofs {
            self.oneof(oneof, path, |index| {
                let field = fields.get(index);
                field.is_some_and(|field| !is_empty(field, (rules.view)(message, index)))
            });
        }
        let whole = View::One(Value::Message(message));
        self.rules(rules.expressions, whole, &Kind::Message(message.message_type()), path);
        for row in rules.fields {
            if self.more {
                return;
            }
            if let Some(field) = fields.get(row.field) {
                let view = (rules.view)(message, row.field);
                self.field(row, field, view, &path.field(field.json));
            }
        }
    }

    fn oneof(&mut self, oneof: &Oneof, path: &Path<'_>, is_set: impl Fn(usize) -> bool) {
        let count = |fields: &[usize]| fields.iter().filter(|index| is_set(**index)).count();
        match oneof {
            Oneof::Required(name, fields) if count(fields) == 0 => {
                self.add(&path.field(name), "required", "exactly one field is required in oneof");
            }
            Oneof::AtMostOne(fields, text) if count(fields) > 1 => {
                self.add(path, "message.oneof", *text);
            }
            Oneof::AtLeastOne(fields, text) if count(fields) == 0 => {
                self.add(path, "message.oneof", *text);
            }
            _ => {}
        }
    }

    fn field(&mut self, row: &FieldRules, field: &Field, view: View<'_>, path: &Path<'_>) {
        if is_empty(field, view) {
            if row.required {
                return self.add(path, "required", "value is required");
            }
            if row.ignore_zero || matches!(view, View::Absent) {
                return;
            }
        }
        self.rules(row.rules, view, &field.kind, path);
        match view {
            View::One(value) => self.inside(row, value, path),
            View::List(list) => self.list(row, field, list, path),
            View::Map(map) => self.map(row, field, map, path),
            View::Absent => {}
        }
    }

    fn list(&mut self, row: &FieldRules, field: &Field, list: &dyn List, path: &Path<'_>) {
        if row.values.rules.is_empty() && !goes_on(row, &field.kind) {
            return;
        }
        for (index, value) in (0..list.len()).filter_map(|at| Some((at, list.get(at)?))) {
            if self.more {
                return;
            }
            let path = path.index(index);
            self.element(&row.values, value, &field.kind, &path);
            self.inside(row, value, &path);
        }
    }

    fn map(&mut self, row: &FieldRules, field: &Field, map: &dyn Map, path: &Path<'_>) {
        let own = row.keys.rules.is_empty() && row.values.rules.is_empty();
        let Cardinality::Map(key_kind) = field.cardinality else { return };
        if own && !goes_on(row, &field.kind) {
            return;
        }
        map.each(&mut |key, value| {
            if !self.more {
                let path = path.key(key);
                self.element(&row.keys, key, key_kind, &path);
                self.element(&row.values, value, &field.kind, &path);
                self.inside(row, value, &path);
            }
        });
    }

    fn element(&mut self, elements: &Elements, value: Value<'_>, kind: &Kind, path: &Path<'_>) {
        if !(elements.ignore_zero && is_zero(value, kind)) {
            self.rules(elements.rules, View::One(value), kind, path);
        }
    }

    fn inside(&mut self, row: &FieldRules, value: Value<'_>, path: &Path<'_>) {
        if let (Value::Message(message), false) = (value, row.shallow)
            && let Some(rules) = message.message_type().rules
        {
            self.message(message, rules, path);
        }
    }

    fn rules(&mut self, rules: &[Rule], view: View<'_>, kind: &Kind, path: &Path<'_>) {
        #[cfg(feature = "cel")]
        if rules.iter().any(|rule| matches!(rule.check, Check::Cel(_))) {
            self.expressions(rules, view, path);
        }
        for rule in rules {
            #[cfg(feature = "cel")]
            if matches!(rule.check, Check::Cel(_)) {
                continue;
            }
            if !check::holds(&rule.check, view, kind) {
                self.add(path, rule.id, rule.message);
            }
        }
    }

    #[cfg(feature = "cel")]
    fn expressions(&mut self, rules: &[Rule], view: View<'_>, path: &Path<'_>) {
        let subject = match cel::of_view(view) {
            Ok(this) => cel::Subject::new(this),
            Err(wrong) => return self.fail(path, &wrong),
        };
        for rule in rules {
            let Check::Cel(expression) = rule.check else { continue };
            match expression.judge(&subject) {
                Ok(None) => {}
                Ok(Some(text)) if !text.is_empty() => self.add(path, rule.id, text),
                Ok(Some(_)) if rule.message.is_empty() => {
                    self.add(path, rule.id, expression.false_text());
                }
                Ok(Some(_)) => self.add(path, rule.id, rule.message),
                Err(wrong) => return self.fail(path, &wrong),
            }
        }
    }

    #[cfg(feature = "cel")]
    fn fail(&mut self, path: &Path<'_>, wrong: &str) {
        let path = path.to_string();
        let place = if path.is_empty() { "the message".to_owned() } else { path };
        self.failure.get_or_insert_with(|| format!("{place} cannot be checked: {wrong}"));
        self.more = true;
    }

    fn add(&mut self, path: &Path<'_>, rule: &'static str, message: impl Into<Cow<'static, str>>) {
        if self.found.len() == MAX_VIOLATIONS {
            self.more = true;
            return;
        }
        self.found.push(Violation { field: path.to_string(), rule, message: message.into() });
    }
}

/// Whether the field's messages have rules of their own.
fn goes_on(row: &FieldRules, kind: &Kind) -> bool {
    let has_rules = |of: &crate::codec::MessageType| of.rules.is_some();
    !row.shallow && matches!(kind, Kind::Message(of) | Kind::Group(of) if has_rules(of))
}

/// Whether a field counts as not set.
fn is_empty(field: &Field, view: View<'_>) -> bool {
    match view {
        View::Absent => true,
        View::One(value) => {
            matches!(field.cardinality, Cardinality::Implicit) && is_zero(value, &field.kind)
        }
        View::List(list) => List::is_empty(list),
        View::Map(map) => Map::is_empty(map),
    }
}

/// Whether a value is the one that a field without presence has when it is
/// not set. No message is.
fn is_zero(value: Value<'_>, kind: &Kind) -> bool {
    match value {
        Value::Bool(value) => !value,
        Value::Int(value) => match kind {
            Kind::Enum(of) => of.values.first().is_some_and(|v| i64::from(v.number) == value),
            _ => value == 0,
        },
        Value::Uint(value) => value == 0,
        // The other zero is a value that was set.
        Value::Float(value) => value.to_bits() == 0,
        Value::Text(text) => text.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
        _ => false,
    }
}

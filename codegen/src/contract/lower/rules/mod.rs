//! `buf.validate`, read for documents. Total, as all reading of options is: a
//! rule that is unknown here stands among the expressions by its name.

pub(super) mod checks;
mod literal;
mod special;

use prost_reflect::{
    EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, OneofDescriptor, Value,
};

use super::Lowering;
use super::options::Setting;
use crate::contract::model::{Bound, Expression, FieldGroup, MessageRules, Rules, Size};
use literal::literal;

/// The rules of a field.
pub(super) fn of_field(lowering: &Lowering<'_>, field: &FieldDescriptor) -> Rules {
    if field.field_descriptor_proto().options.is_none() {
        return Rules::default();
    }
    let setting = Setting::extension(lowering.pool, &field.options(), "buf.validate.field");
    let (keys, values) = parts(field);
    field_rules(&setting, &Parts { own: enum_of(field), keys, values })
}

/// The rules of a message; `fields` are its fields as they are numbered.
pub(super) fn of_message(
    lowering: &Lowering<'_>,
    message: &MessageDescriptor,
    fields: &[FieldDescriptor],
) -> MessageRules {
    if message.descriptor_proto().options.is_none() {
        return MessageRules::default();
    }
    let setting = Setting::extension(lowering.pool, &message.options(), "buf.validate.message");
    let oneofs = setting.messages("oneof").into_iter().map(|group| {
        let names = group.strings("fields").into_iter();
        let fields = names.filter_map(|name| fields.iter().position(|f| f.name() == name));
        FieldGroup { fields: fields.collect(), required: group.bool("required") }
    });
    MessageRules { expressions: expressions(&setting), oneofs: oneofs.collect() }
}

/// Whether one field of a oneof must be set.
pub(super) fn is_oneof_required(lowering: &Lowering<'_>, oneof: &OneofDescriptor) -> bool {
    let options = oneof.options();
    Setting::extension(lowering.pool, &options, "buf.validate.oneof").bool("required")
}

/// The enums that literals of a field's rules are values of.
#[derive(Clone, Default)]
struct Parts {
    own: Option<EnumDescriptor>,
    keys: Option<EnumDescriptor>,
    values: Option<EnumDescriptor>,
}

fn enum_of(field: &FieldDescriptor) -> Option<EnumDescriptor> {
    if let Kind::Enum(of) = field.kind() { Some(of) } else { None }
}

/// The enums of a map's keys and of the values of a map or list.
fn parts(field: &FieldDescriptor) -> (Option<EnumDescriptor>, Option<EnumDescriptor>) {
    match field.kind() {
        Kind::Message(entry) if field.is_map() => {
            (enum_of(&entry.map_entry_key_field()), enum_of(&entry.map_entry_value_field()))
        }
        _ => (None, enum_of(field)),
    }
}

/// The number of `IGNORE_IF_ZERO_VALUE`.
const IF_ZERO: i32 = 1;
/// The number of `IGNORE_ALWAYS`.
const ALWAYS: i32 = 3;

/// `FieldRules`
fn field_rules(setting: &Setting, enums: &Parts) -> Rules {
    if !setting.is_set() || setting.enumeration("ignore") == Some(ALWAYS) {
        return Rules::default();
    }
    let mut rules = Rules {
        required: setting.bool("required"),
        zero_allowed: setting.enumeration("ignore") == Some(IF_ZERO),
        expressions: expressions(setting),
        ..Rules::default()
    };
    if let Some((name, typed)) = setting.member("type") {
        let typed = Setting::of(typed);
        match name.as_str() {
            "repeated" => {
                rules.size = size(&typed, "items");
                rules.unique = typed.bool("unique");
                rules.values = inner(&typed, "items", enums.values.as_ref());
            }
            "map" => {
                rules.size = size(&typed, "pairs");
                rules.keys = inner(&typed, "keys", enums.keys.as_ref());
                rules.values = inner(&typed, "values", enums.values.as_ref());
            }
            "any" => special::any(&typed, &mut rules),
            "field_mask" => special::field_mask(&typed, &mut rules),
            _ => scalar(&typed, enums.own.as_ref(), &mut rules),
        }
    }
    rules
}

fn inner(typed: &Setting, name: &str, enumeration: Option<&EnumDescriptor>) -> Option<Box<Rules>> {
    let enums = Parts { own: enumeration.cloned(), ..Parts::default() };
    let rules = field_rules(&typed.message(name), &enums);
    (rules != Rules::default()).then(|| Box::new(rules))
}

/// Rules of one value: they have the same names in every type.
fn scalar(typed: &Setting, enumeration: Option<&EnumDescriptor>, rules: &mut Rules) {
    let literal = |value: &Value| literal(value, enumeration);
    let bound = |name: &str, inclusive| {
        typed.value(name).and_then(|value| Some(Bound { value: literal(&value)?, inclusive }))
    };
    rules.constant = typed.value("const").as_deref().and_then(literal);
    rules.only = typed.values("in").iter().filter_map(literal).collect();
    rules.except = typed.values("not_in").iter().filter_map(literal).collect();
    rules.examples = typed.values("example").iter().filter_map(literal).collect();
    rules.lower = bound("gt", false).or_else(|| bound("gte", true));
    rules.upper = bound("lt", false).or_else(|| bound("lte", true));
    rules.finite = typed.bool("finite");
    rules.size = size(typed, "len");
    rules.bytes = size(typed, "bytes");
    rules.pattern = typed.string("pattern");
    rules.not_contains = typed.string("not_contains");
    special::parts(typed, rules);
    rules.format = special::format(typed);
    rules.now = special::now(typed);
    rules.expressions.extend(
        typed
            .extensions()
            .into_iter()
            .map(|name| Expression { message: String::new(), text: format!("({name})") }),
    );
}

/// `min_…`, `max_…` and the exact size.
fn size(typed: &Setting, unit: &str) -> Size {
    let number = |name: &str| typed.value(name).and_then(|value| value.as_u64());
    let exact = number(if unit == "bytes" { "len_bytes" } else { unit });
    let min = number(&format!("min_{unit}")).or(exact);
    Size { min: min.unwrap_or(0), max: number(&format!("max_{unit}")).or(exact) }
}

/// `cel` and `cel_expression`.
fn expressions(setting: &Setting) -> Vec<Expression> {
    let short = setting.strings("cel_expression").into_iter();
    let short = short.map(|text| Expression { message: String::new(), text });
    let long = setting.messages("cel").into_iter().map(|rule| Expression {
        message: rule.string("message").unwrap_or_default(),
        text: rule.string("expression").unwrap_or_default(),
    });
    short.chain(long).collect()
}

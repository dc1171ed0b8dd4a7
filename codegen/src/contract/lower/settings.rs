//! Values of options, checked: durations, numbers, subjects, field paths.

use std::time::Duration;

use super::Lowering;
use super::options::Setting;
use crate::contract::defaults;
use crate::contract::model::{Cardinality, FieldRef, Kind, Location, TypeRef};
use crate::diagnostic::codes;

/// A positive `google.protobuf.Duration`; `None` where not set, or wrong and
/// reported.
pub(super) fn duration(
    lowering: &mut Lowering<'_>,
    place: &Location,
    setting: &Setting,
    name: &str,
) -> Option<Duration> {
    let duration = quiet_duration(setting, name);
    if duration.is_none() && setting.has(name) {
        let message = format!("`{name}` is no positive duration");
        let place = lowering.spans.narrow(place, name);
        lowering.report(&codes::OPTION_VALUE, place, message).hint =
            Some(format!("write `{name} {{ seconds: 30 }}`, with at most 999999999 nanos"));
    }
    duration
}

/// As [`duration`], for what was reported already.
pub(super) fn quiet_duration(setting: &Setting, name: &str) -> Option<Duration> {
    let value = setting.message(name);
    let number = |name| value.i64(name).unwrap_or(0);
    defaults::positive_duration(number("seconds"), number("nanos"))
}

/// A dotted name, such as a subject; `None` where not set, or wrong and
/// reported.
pub(super) fn subject(
    lowering: &mut Lowering<'_>,
    place: &Location,
    setting: &Setting,
    name: &str,
) -> Option<String> {
    let subject = quiet_subject(setting, name);
    if let (None, Some(wrong)) = (&subject, setting.string(name)) {
        let message = format!("`{wrong}` cannot be a {}", name.replace('_', " "));
        let place = lowering.quoted(place, &wrong);
        lowering.report(&codes::SUBJECT_INVALID, place, message).hint =
            Some("use segments of letters, digits, `_` and `-`, separated by dots".to_owned());
    }
    subject
}

/// As [`subject`], for what was reported already.
pub(super) fn quiet_subject(setting: &Setting, name: &str) -> Option<String> {
    setting.string(name).filter(|subject| defaults::is_subject(subject))
}

/// The fields that a dotted path names, starting from a message; the last is
/// a singular scalar or enum. `None` where it does not lead there.
pub(super) fn field_path(
    lowering: &Lowering<'_>,
    message: &TypeRef,
    path: &[String],
) -> Result<Vec<FieldRef>, String> {
    let mut fields = Vec::new();
    let mut holder = message.clone();
    for (index, name) in path.iter().enumerate() {
        let holder_name = lowering.contract.type_name(&holder).to_owned();
        let Some(found) = lowering.field_of(&holder, name) else {
            return Err(format!("`{holder_name}` has no field `{name}`"));
        };
        let field = lowering.contract.field(found);
        let last = index + 1 == path.len();
        if matches!(field.cardinality, Cardinality::Repeated | Cardinality::Map(_)) {
            return Err(format!("`{holder_name}.{name}` holds many values"));
        }
        match &field.kind {
            Kind::Message(inner) if !last => holder = inner.clone(),
            Kind::Group(inner) if !last => holder = TypeRef::Message(*inner),
            _ if !last => return Err(format!("`{holder_name}.{name}` is no message")),
            Kind::Message(TypeRef::WellKnown(name)) if is_scalar(name) => {}
            Kind::Message(_) | Kind::Group(_) => {
                return Err(format!("`{holder_name}.{name}` is a message"));
            }
            _ => {}
        }
        fields.push(found);
    }
    Ok(fields)
}

/// Whether a well-known type is one value in JSON and in a URL.
fn is_scalar(name: &str) -> bool {
    let name = name.strip_prefix("google.protobuf.").unwrap_or_default();
    name.ends_with("Value") && !matches!(name, "Value" | "ListValue")
        || matches!(name, "Timestamp" | "Duration" | "FieldMask")
}

/// A hint at the field whose name is nearest to the first part of a path that
/// does not exist.
pub(super) fn nearest(
    lowering: &Lowering<'_>,
    message: &TypeRef,
    path: &[String],
) -> Option<String> {
    let mut holder = message.clone();
    for name in path {
        let Some(found) = lowering.field_of(&holder, name) else {
            return nearest_field(lowering, &holder, name);
        };
        match &lowering.contract.field(found).kind {
            Kind::Message(inner) => holder = inner.clone(),
            _ => return None,
        }
    }
    None
}

fn nearest_field(lowering: &Lowering<'_>, holder: &TypeRef, name: &str) -> Option<String> {
    let TypeRef::Message(id) = holder else {
        return None;
    };
    let fields = lowering.contract.message(*id).fields.iter();
    let likeness = fields.map(|field| (strsim::jaro_winkler(&field.name, name), field));
    let (_, field) =
        likeness.filter(|(likeness, _)| *likeness > 0.8).max_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(format!("did you mean `{}`?", field.name))
}

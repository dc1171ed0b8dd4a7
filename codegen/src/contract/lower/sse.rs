//! Streams over HTTP: what `agentgen.v1` says about them, else the defaults.

use super::methods::Rpc;
use super::{Lowering, settings};
use crate::contract::defaults;
use crate::contract::model::{Cardinality, FieldRef, Kind, Location, SseBinding, TypeRef};
use crate::diagnostic::{Diagnostic, codes};

/// The stream of an rpc that answers with one.
pub(super) fn lower(lowering: &mut Lowering<'_>, rpc: &Rpc<'_>) -> Option<SseBinding> {
    let setting = rpc.setting.message("sse");
    if !rpc.shape.server_streams() {
        if setting.is_set() {
            let message = format!(
                "`sse` is set on `{}`, which does not answer with a stream",
                rpc.descriptor.name()
            );
            lowering.report(&codes::OPTION_SHAPE, rpc.place.clone(), message).hint =
                Some("write `returns (stream …)`, or take the option out".to_owned());
        }
        return None;
    }
    note_error_field(lowering, rpc);
    let heartbeat = settings::duration(lowering, &rpc.place, &setting, "heartbeat");
    Some(SseBinding {
        default_form: defaults::stream_form(rpc.scope.setting.enumeration("default_stream")),
        event_id: setting.string("event_id").and_then(|name| event_id(lowering, rpc, &name)),
        event: setting.string("event_oneof").map_or(Vec::new(), |name| event(lowering, rpc, &name)),
        heartbeat: heartbeat.unwrap_or(defaults::HEARTBEAT),
        replay_window: setting.u32("replay_window").unwrap_or(0),
        retry: settings::duration(lowering, &rpc.place, &setting, "retry"),
    })
}

/// Notes a reply that can look like `{"error": …}`, which ends a stream that failed.
fn note_error_field(lowering: &mut Lowering<'_>, rpc: &Rpc<'_>) {
    let TypeRef::Message(id) = rpc.output else { return };
    let message = lowering.contract.message(id);
    let Some(field) = message.fields.iter().find(|field| field.json == "error") else { return };
    let (name, place) = (field.name.clone(), field.location.clone());
    let text = format!(
        "replies of `{}` look like failures by their field `{name}`: as JSON documents, a \
         stream that fails breaks off its connection, and typed clients ask for other forms",
        rpc.descriptor.name()
    );
    rename(lowering.report(&codes::STREAM_ERROR_FIELD, rpc.place.clone(), text), place);
}

/// The reply field that is the event id: one string or integer.
fn event_id(lowering: &mut Lowering<'_>, rpc: &Rpc<'_>, name: &str) -> Option<FieldRef> {
    let holder = lowering.contract.type_name(&rpc.output).to_owned();
    let Some(found) = lowering.field_of(&rpc.output, name) else {
        let message = format!("`event_id` names `{name}`, which is no field of `{holder}`");
        let hint = settings::nearest(lowering, &rpc.output, &[name.to_owned()]);
        let place = lowering.quoted(&rpc.place, name);
        lowering.report(&codes::OPTION_FIELD, place, message).hint = hint;
        return None;
    };
    let field = lowering.contract.field(found);
    let one = !matches!(field.cardinality, Cardinality::Repeated | Cardinality::Map(_));
    if one && is_id(&field.kind) {
        return Some(found);
    }
    let place = field.location.clone();
    let at = lowering.quoted(&rpc.place, name);
    let message =
        format!("`event_id` names `{holder}.{name}`, which is neither a string nor an integer");
    lowering
        .report(&codes::OPTION_FIELD, at, message)
        .related
        .push((place, "declared here".to_owned()));
    None
}

/// Names that an event must not have: these events mean something else.
const RESERVED: [&str; 3] = ["end", "error", "open"];

/// The members of the oneof of the reply that names events.
fn event(lowering: &mut Lowering<'_>, rpc: &Rpc<'_>, name: &str) -> Vec<FieldRef> {
    let at = lowering.quoted(&rpc.place, name);
    let TypeRef::Message(id) = rpc.output else { return unknown_oneof(lowering, rpc, name) };
    let message = lowering.contract.message(id);
    let Some(index) = message.oneofs.iter().position(|oneof| oneof.name == name) else {
        return unknown_oneof(lowering, rpc, name);
    };
    let member =
        |cardinality: &Cardinality| matches!(cardinality, Cardinality::Oneof(own) if *own == index);
    let fields = message.fields.iter().enumerate().filter(|(_, field)| member(&field.cardinality));
    let members: Vec<_> = fields.map(|(field, _)| FieldRef { message: id, field }).collect();
    let is_taken = |name: &str| RESERVED.contains(&name);
    refuse(lowering, &at, &members, is_taken, "streams use that name themselves");
    // Such a name would not keep to the line of an event that says it.
    let is_broken = |name: &str| name.contains(char::is_control);
    refuse(lowering, &at, &members, is_broken, "it holds a control character");
    members
}

/// Reports members whose names in JSON cannot be those of events.
fn refuse(
    lowering: &mut Lowering<'_>,
    at: &Location,
    members: &[FieldRef],
    is_wrong: impl Fn(&str) -> bool,
    why: &str,
) {
    for member in members {
        let field = lowering.contract.field(*member);
        if is_wrong(&field.json) {
            let message = format!("`{}` cannot name an event: {why}", field.name);
            let place = field.location.clone();
            rename(lowering.report(&codes::OPTION_FIELD, at.clone(), message), place);
        }
    }
}

/// Says where the field is whose name is wrong, and how to give it another.
fn rename(diagnostic: &mut Diagnostic, place: Location) {
    diagnostic.related.push((place, "declared here".to_owned()));
    diagnostic.hint = Some("give the field another `json_name`".to_owned());
}

fn unknown_oneof(lowering: &mut Lowering<'_>, rpc: &Rpc<'_>, name: &str) -> Vec<FieldRef> {
    let holder = lowering.contract.type_name(&rpc.output).to_owned();
    let message = format!("`event_oneof` names `{name}`, which is no oneof of `{holder}`");
    let place = lowering.quoted(&rpc.place, name);
    lowering.report(&codes::OPTION_FIELD, place, message);
    Vec::new()
}

fn is_id(kind: &Kind) -> bool {
    !matches!(
        kind,
        Kind::Double
            | Kind::Float
            | Kind::Bool
            | Kind::Bytes
            | Kind::Enum(_)
            | Kind::NullValue
            | Kind::Message(_)
            | Kind::Group(_)
    )
}

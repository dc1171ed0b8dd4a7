//! Streams over HTTP: what `agentgen.v1` says about them, else the defaults.

use super::methods::Rpc;
use super::{Lowering, settings};
use crate::contract::defaults;
use crate::contract::model::{Cardinality, FieldRef, Kind, SseBinding};
use crate::diagnostic::codes;

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
    let heartbeat = settings::duration(lowering, &rpc.place, &setting, "heartbeat");
    Some(SseBinding {
        default_form: defaults::stream_form(rpc.scope.setting.enumeration("default_stream")),
        event_id: setting.string("event_id").and_then(|name| event_id(lowering, rpc, &name)),
        heartbeat: heartbeat.unwrap_or(defaults::HEARTBEAT),
        replay_window: setting.u32("replay_window").unwrap_or(0),
        retry: settings::duration(lowering, &rpc.place, &setting, "retry"),
    })
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

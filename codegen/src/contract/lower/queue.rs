//! Queue subjects: what `agentgen.v1` says of the rpc, then of its service,
//! else the defaults.

use super::methods::Rpc;
use super::options::Setting;
use super::{Lowering, settings};
use crate::contract::defaults::{self, Backoff};
use crate::contract::model::{FieldRef, Location, QueueBinding};
use crate::diagnostic::codes;

/// Says what is wrong with the queue settings of a service.
pub(super) fn check(lowering: &mut Lowering<'_>, place: &Location, setting: &Setting) {
    settings::duration(lowering, place, setting, "ack_wait");
    for name in ["subject", "group", "dead_letter"] {
        settings::subject(lowering, place, setting, name);
    }
}

/// The subject of an rpc; none where the caller streams or it is disabled.
pub(super) fn lower(lowering: &mut Lowering<'_>, rpc: &Rpc<'_>) -> Option<QueueBinding> {
    let own = rpc.setting.message("queue");
    let retry = rpc.setting.message("retry");
    if rpc.shape.client_streams() {
        if (own.is_set() && !own.bool("disabled")) || retry.is_set() {
            let message = format!(
                "`{}` takes a stream, so that it has no queue subject",
                rpc.descriptor.name()
            );
            lowering.report(&codes::OPTION_SHAPE, rpc.place.clone(), message).hint =
                Some("take the queue and retry options out".to_owned());
        }
        return None;
    }
    let shared = rpc.scope.setting.message("queue");
    if own.bool("disabled") || (shared.bool("disabled") && !own.has("disabled")) {
        return None;
    }
    let names = subjects(lowering, rpc, &own, &shared);
    let ack_wait = settings::duration(lowering, &rpc.place, &own, "ack_wait");
    let backoff = backoff(lowering, &rpc.place, &retry);
    let number = |name: &str| own.u32(name).or_else(|| shared.u32(name));
    Some(QueueBinding {
        subject: names.subject,
        group: names.group,
        dead_letter: names.dead_letter,
        max_deliveries: number("max_deliveries").unwrap_or(defaults::MAX_DELIVERIES),
        ack_wait: ack_wait
            .or_else(|| settings::quiet_duration(&shared, "ack_wait"))
            .unwrap_or(defaults::ACK_WAIT),
        concurrency: number("concurrency").unwrap_or(defaults::CONCURRENCY),
        ordering_key: key(lowering, rpc, (&own, &shared), "ordering_key"),
        idempotency_key: key(lowering, rpc, (&own, &shared), "idempotency_key"),
        initial_backoff: backoff.initial,
        max_backoff: backoff.max,
        multiplier: backoff.multiplier,
    })
}

struct Subjects {
    subject: String,
    group: String,
    dead_letter: String,
}

/// The subject, group and dead letter: the rpc's own, else the service's,
/// where subject and dead letter are prefixes, else the defaults.
fn subjects(
    lowering: &mut Lowering<'_>,
    rpc: &Rpc<'_>,
    own: &Setting,
    shared: &Setting,
) -> Subjects {
    let method = rpc.descriptor.name();
    let mut own = |name| settings::subject(lowering, &rpc.place, own, name);
    let prefixed = |name| {
        settings::quiet_subject(shared, name).map(|prefix| defaults::prefixed(&prefix, method))
    };
    let subject = own("subject")
        .or_else(|| prefixed("subject"))
        .unwrap_or_else(|| defaults::subject(rpc.scope.service.full_name(), method));
    Subjects {
        group: own("group")
            .or_else(|| settings::quiet_subject(shared, "group"))
            .unwrap_or_else(|| rpc.scope.service.full_name().to_owned()),
        dead_letter: own("dead_letter")
            .or_else(|| prefixed("dead_letter"))
            .unwrap_or_else(|| defaults::dead_letter(&subject)),
        subject,
    }
}

/// The fields that lead to a key. The service's applies to every rpc, so that
/// it must fit them all.
fn key(
    lowering: &mut Lowering<'_>,
    rpc: &Rpc<'_>,
    (own, shared): (&Setting, &Setting),
    name: &str,
) -> Option<Vec<FieldRef>> {
    let own_key = own.string(name);
    let place = if own_key.is_some() { &rpc.place } else { &rpc.scope.place };
    let key = own_key.or_else(|| shared.string(name))?;
    let path: Vec<String> = key.split('.').map(str::to_owned).collect();
    match settings::field_path(lowering, &rpc.input, &path) {
        Ok(fields) => Some(fields),
        Err(why) => {
            let kind = name.replace('_', " ");
            let message = format!("the {kind} `{key}` is no singular scalar field: {why}");
            let hint = settings::nearest(lowering, &rpc.input, &path);
            let place = lowering.quoted(place, &key);
            lowering.report(&codes::OPTION_FIELD, place, message).hint = hint;
            None
        }
    }
}

fn backoff(lowering: &mut Lowering<'_>, place: &Location, retry: &Setting) -> Backoff {
    let initial = settings::duration(lowering, place, retry, "initial_backoff");
    let max = settings::duration(lowering, place, retry, "max_backoff");
    let multiplier = retry.f64("multiplier");
    if let Some(wrong) = multiplier.filter(|factor| !defaults::is_multiplier(*factor)) {
        let message = format!("`multiplier` is {wrong}, which is not at least 1");
        let place = lowering.spans.narrow(place, "multiplier");
        lowering.report(&codes::OPTION_VALUE, place, message);
    }
    let backoff = Backoff::new(initial, max, multiplier);
    if max.is_some_and(|max| max < backoff.initial) {
        let message = "`max_backoff` is shorter than `initial_backoff`";
        let place = lowering.spans.narrow(place, "max_backoff");
        lowering.report(&codes::OPTION_VALUE, place, message);
    }
    backoff
}

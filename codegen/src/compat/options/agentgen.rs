//! `agentgen.v1` as it takes effect: what the rpc says, then its service, then
//! the defaults that lowering gives.

use std::borrow::Cow;
use std::time::Duration;

use super::encoded::Encoded;
use super::routes::Binding;
use crate::compat::schema::{Method, Service};
use crate::contract::defaults::{self, Backoff, Conflict};
use crate::contract::{ErrorShape, StreamForm};

/// The number of `agentgen.v1.service` and `agentgen.v1.method`.
pub const AGENTGEN: u32 = 52_860;

/// The queue settings of an rpc.
#[derive(Clone, Debug, PartialEq)]
pub struct Queue<'a> {
    /// The subject of requests.
    pub subject: Cow<'a, str>,
    /// The consumer group.
    pub group: Cow<'a, str>,
    /// The subject of undeliverable requests.
    pub dead_letter: Cow<'a, str>,
    /// Attempts that may fail.
    pub max_deliveries: u32,
    /// The lease of a delivery.
    pub ack_wait: Duration,
    /// The request field that orders deliveries, as a dotted path.
    pub ordering_key: Option<&'a str>,
    /// The request field that makes two requests the same work, as a dotted path.
    pub idempotency_key: Option<&'a str>,
}

/// The queue settings of an rpc; `None` where it has no subject.
pub fn queue<'a>(service: &Service<'a>, method: &Method<'a>) -> Option<Queue<'a>> {
    queue_as(&service.full_name, method.name, service, method)
}

/// The queue settings that an rpc would have under other names: what of them
/// does not follow from a new name.
pub fn queue_as<'a>(
    service_name: &str,
    method_name: &str,
    service: &Service<'a>,
    method: &Method<'a>,
) -> Option<Queue<'a>> {
    let (own, shared) = (of(method.options).message(1), of(service.options).message(3));
    let disabled = own.flag(8) || shared.flag(8);
    if method.client_streaming || disabled {
        return None;
    }
    let prefixed = |tag| name(&shared, tag).map(|prefix| defaults::prefixed(prefix, method_name));
    let subject = name(&own, 1)
        .map(Cow::Borrowed)
        .or_else(|| prefixed(1).map(Cow::Owned))
        .unwrap_or_else(|| defaults::subject(service_name, method_name).into());
    Some(Queue {
        group: name(&own, 2)
            .or_else(|| name(&shared, 2))
            .map_or_else(|| service_name.to_owned().into(), Cow::Borrowed),
        dead_letter: name(&own, 5)
            .map(Cow::Borrowed)
            .or_else(|| prefixed(5).map(Cow::Owned))
            .unwrap_or_else(|| defaults::dead_letter(&subject).into()),
        subject,
        max_deliveries: own
            .positive(3)
            .or_else(|| shared.positive(3))
            .unwrap_or(defaults::MAX_DELIVERIES),
        ack_wait: duration(&own, 4).or_else(|| duration(&shared, 4)).unwrap_or(defaults::ACK_WAIT),
        ordering_key: own.filled(6).or_else(|| shared.filled(6)),
        idempotency_key: own.filled(9).or_else(|| shared.filled(9)),
    })
}

/// How the replies of an rpc are streamed over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream<'a> {
    /// The form for callers that accept anything.
    pub default_form: StreamForm,
    /// The reply field that is the event id.
    pub event_id: Option<&'a str>,
    /// The oneof of the reply that names events.
    pub event_oneof: Option<&'a str>,
    /// The time between comments on a silent stream.
    pub heartbeat: Duration,
    /// How many events can be replayed.
    pub replay_window: u32,
    /// The suggested reconnection time.
    pub retry: Option<Duration>,
}

/// The stream of an rpc that answers with one.
pub fn stream<'a>(service: &Service<'a>, method: &Method<'a>) -> Option<Stream<'a>> {
    let own = of(method.options).message(2);
    method.server_streaming.then(|| Stream {
        default_form: defaults::stream_form(of(service.options).int32(1)),
        event_id: own.filled(1),
        event_oneof: own.filled(5),
        heartbeat: duration(&own, 2).unwrap_or(defaults::HEARTBEAT),
        replay_window: own.positive(3).unwrap_or(0),
        retry: duration(&own, 4),
    })
}

/// The form of the error bodies of a service.
pub fn error_shape(service: &Service<'_>) -> ErrorShape {
    defaults::error_shape(of(service.options).int32(4))
}

/// The longest that a call of an rpc may take.
pub fn timeout(method: &Method<'_>) -> Option<Duration> {
    duration(&of(method.options), 3)
}

/// Whether requests of an rpc are checked against the rules of their messages.
pub fn validated(service: &Service<'_>, method: &Method<'_>) -> bool {
    let (own, shared) = (of(method.options).message(8), of(service.options).message(5));
    let stated = [own, shared].into_iter().find_map(|settings| settings.varint(1));
    stated.is_none_or(|requests| requests != 0)
}

/// The name of an rpc's tool for language models, as if service and rpc had the
/// names of `named`; `None` where it is hidden or streams.
pub fn tool(method: &Method<'_>, named: (&Service<'_>, &Method<'_>)) -> Option<String> {
    let own = of(method.options).message(9);
    let streams = method.client_streaming || method.server_streaming;
    let stated = own.text(1).filter(|name| defaults::is_tool_name(name));
    let (service, rpc) = named;
    let name = || defaults::tool_name("", service.name, rpc.name);
    (!streams && own.int32(3) != Some(1)).then(|| stated.map_or_else(name, str::to_owned))
}

/// The pauses between the attempts of an rpc's failed delivery.
pub fn backoff(method: &Method<'_>) -> Backoff {
    let retry = of(method.options).message(4);
    let multiplier = retry.double(3).filter(|factor| *factor != 0.0);
    Backoff::new(duration(&retry, 1), duration(&retry, 2), multiplier)
}

/// The scopes that an rpc needs, all of them: the service's, then its own,
/// each once.
pub fn scopes<'a>(service: &Service<'a>, method: &Method<'a>) -> Vec<&'a str> {
    let mut scopes = of(service.options).message(2).texts(1);
    scopes.extend(of(method.options).message(5).texts(1));
    let mut seen = Vec::new();
    scopes.retain(|scope| {
        let first = !seen.contains(scope);
        seen.push(*scope);
        first
    });
    scopes
}

/// What becomes of a binding of an rpc that matches the same requests as
/// another one; `None` where that is an error.
pub(super) fn conflict(method_options: &[u8], binding: &Binding<'_>) -> Option<Conflict> {
    let http = of(method_options).message(7);
    let shown = binding.to_string();
    let routes = http.messages(2);
    let mut own = routes.iter().filter(|route| route.text(1) == Some(shown.as_str()));
    let own = own.find_map(|route| defaults::conflict(route.int32(2)));
    own.or_else(|| defaults::conflict(http.int32(1)))
}

/// Whether path variables of several segments are percent-decoded whole.
pub fn fully_decoded(method: &Method<'_>) -> bool {
    of(method.options).message(7).flag(3)
}

fn of(options: &[u8]) -> Encoded<'_> {
    Encoded::new(options).message(AGENTGEN)
}

/// A subject, a group or a dead letter that can be one.
fn name<'a>(settings: &Encoded<'a>, tag: u32) -> Option<&'a str> {
    settings.text(tag).filter(|text| defaults::is_subject(text))
}

fn duration(settings: &Encoded<'_>, tag: u32) -> Option<Duration> {
    let value = settings.message_if_set(tag)?;
    defaults::positive_duration(value.int64(1).unwrap_or(0), value.int64(2).unwrap_or(0))
}

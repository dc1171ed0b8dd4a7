//! Constructors of table rows: what every row says is an argument, what few
//! rows say is a field on top, so that generated tables stay short.

use std::time::Duration;

use super::{
    Backoff, Body, HttpRoute, Idempotency, Method, QueueRoute, Segment, Shape, SseRoute, StreamForm,
};
use crate::codec::MessageType;

impl Method {
    const fn new(
        name: &'static str,
        shape: Shape,
        input: &'static MessageType,
        output: &'static MessageType,
    ) -> Self {
        Self {
            name,
            shape,
            input,
            output,
            timeout: None,
            idempotency: Idempotency::Unknown,
            scopes: &[],
            validated: true,
        }
    }

    /// One request, one reply, without a timeout and without scopes.
    pub const fn unary(
        name: &'static str,
        input: &'static MessageType,
        output: &'static MessageType,
    ) -> Self {
        Self::new(name, Shape::Unary, input, output)
    }

    /// One request, a stream of replies, without a timeout and without scopes.
    pub const fn server_stream(
        name: &'static str,
        input: &'static MessageType,
        output: &'static MessageType,
    ) -> Self {
        Self::new(name, Shape::ServerStream, input, output)
    }

    /// A stream of requests, one reply, without a timeout and without scopes.
    pub const fn client_stream(
        name: &'static str,
        input: &'static MessageType,
        output: &'static MessageType,
    ) -> Self {
        Self::new(name, Shape::ClientStream, input, output)
    }

    /// Streams both ways, without a timeout and without scopes.
    pub const fn bidi(
        name: &'static str,
        input: &'static MessageType,
        output: &'static MessageType,
    ) -> Self {
        Self::new(name, Shape::Bidi, input, output)
    }
}

impl HttpRoute {
    /// A route without variables, answered with the whole reply.
    pub const fn new(
        method: usize,
        verb: &'static str,
        template: &'static str,
        segments: &'static [Segment],
        body: Body,
    ) -> Self {
        Self {
            method,
            verb,
            template,
            segments,
            custom_verb: None,
            variables: &[],
            body,
            response_body: None,
            fully_decoded: false,
        }
    }
}

impl SseRoute {
    /// A stream with numbered events and no replay.
    pub const fn new(method: usize, default_form: StreamForm, heartbeat: Duration) -> Self {
        Self {
            method,
            default_form,
            event_id: None,
            event: &[],
            heartbeat,
            replay_window: 0,
            retry: None,
        }
    }
}

impl QueueRoute {
    /// A subject, delivered in any order.
    pub const fn new(
        method: usize,
        subject: &'static str,
        dead_letter: &'static str,
        delivery: Delivery,
    ) -> Self {
        let Delivery { group, max_deliveries, ack_wait, concurrency, backoff } = delivery;
        Self {
            method,
            subject,
            group,
            dead_letter,
            max_deliveries,
            ack_wait,
            concurrency,
            ordering_key: None,
            idempotency_key: None,
            backoff,
        }
    }
}

/// How requests are delivered; most subjects of a service share it.
#[derive(Clone, Copy, Debug)]
pub struct Delivery {
    /// See [`QueueRoute::group`].
    pub group: &'static str,
    /// See [`QueueRoute::max_deliveries`].
    pub max_deliveries: u32,
    /// See [`QueueRoute::ack_wait`].
    pub ack_wait: Duration,
    /// See [`QueueRoute::concurrency`].
    pub concurrency: usize,
    /// See [`QueueRoute::backoff`].
    pub backoff: Backoff,
}

impl Backoff {
    /// From `initial` to `max`, each upper bound `multiplier` times the last.
    pub const fn new(initial: Duration, max: Duration, multiplier: f64) -> Self {
        Self { initial, max, multiplier }
    }
}

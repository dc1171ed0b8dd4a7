//! Constructors of table rows: what every row says is an argument, what few
//! rows say is a method, so that generated tables stay short.

use std::time::Duration;

use super::{
    Backoff, Body, HttpRoute, Method, QueueRoute, Segment, Shape, SseRoute, StreamForm, Variable,
};
use crate::codec::{Field, MessageType};

impl Method {
    const fn new(
        name: &'static str,
        shape: Shape,
        input: &'static MessageType,
        output: &'static MessageType,
    ) -> Self {
        Self { name, shape, input, output, timeout: None, idempotent: false, scopes: &[] }
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

    /// Sets the longest a call may take.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Says that repeating a call has no further effect.
    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Sets the scopes a caller needs, all of them.
    #[must_use]
    pub const fn with_scopes(mut self, scopes: &'static [&'static str]) -> Self {
        self.scopes = scopes;
        self
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
        }
    }

    /// Sets the verb after the colon.
    #[must_use]
    pub const fn with_custom_verb(mut self, verb: &'static str) -> Self {
        self.custom_verb = Some(verb);
        self
    }

    /// Sets the fields that segments fill.
    #[must_use]
    pub const fn with_variables(mut self, variables: &'static [Variable]) -> Self {
        self.variables = variables;
        self
    }

    /// Answers with one field of the reply.
    #[must_use]
    pub const fn with_response_body(mut self, field: &'static Field) -> Self {
        self.response_body = Some(field);
        self
    }
}

impl Variable {
    /// A field that `len` segments from `start` fill.
    pub const fn new(field: &'static [&'static Field], start: usize, len: usize) -> Self {
        Self { field, start, len }
    }
}

impl SseRoute {
    /// A stream with numbered events and no replay.
    pub const fn new(method: usize, default_form: StreamForm, heartbeat: Duration) -> Self {
        Self { method, default_form, event_id: None, heartbeat, replay_window: 0, retry: None }
    }

    /// Sets the reply field that is the event id.
    #[must_use]
    pub const fn with_event_id(mut self, field: &'static Field) -> Self {
        self.event_id = Some(field);
        self
    }

    /// Sets how many of the last events a resuming client can get again.
    #[must_use]
    pub const fn with_replay_window(mut self, events: usize) -> Self {
        self.replay_window = events;
        self
    }

    /// Sets the reconnection time suggested to clients.
    #[must_use]
    pub const fn with_retry(mut self, retry: Duration) -> Self {
        self.retry = Some(retry);
        self
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
            backoff,
        }
    }

    /// Sets the request field whose value orders deliveries.
    #[must_use]
    pub const fn with_ordering_key(mut self, fields: &'static [&'static Field]) -> Self {
        self.ordering_key = Some(fields);
        self
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

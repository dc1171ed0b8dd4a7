//! Replies: what is published to the one who waits, live or from memory.

use std::time::Duration;

use bytes::Bytes;
use prost::Message as _;

use super::envelope::{self, Format, Source, names};
use super::request::ReplyAddress;
use crate::broker::Publish;
use crate::context::Context;
use crate::service::Rpc;
use crate::status::Reason;
use crate::{Metadata, Status};

/// How long a reply waits for a caller that named no deadline.
const KEPT: Duration = Duration::from_secs(600);

/// The result of a handled request, in the form that is remembered.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Outcome {
    /// The replies, in their order.
    #[prost(bytes = "bytes", repeated, tag = "1")]
    pub(super) bodies: Vec<Bytes>,
    #[prost(bool, tag = "2")]
    pub(super) json: bool,
    /// Whether the bodies were too large to be kept.
    #[prost(bool, tag = "3")]
    pub(super) forgotten: bool,
}

impl Outcome {
    pub(super) fn new(format: Format) -> Self {
        Self { bodies: Vec::new(), json: format == Format::Json, forgotten: false }
    }

    /// Keeps a reply, unless all of them would take more than `limit` bytes.
    pub(super) fn keep(&mut self, body: Bytes, limit: usize) {
        let size: usize = self.bodies.iter().map(Bytes::len).sum();
        if self.forgotten || size + body.len() > limit {
            self.forgotten = true;
            self.bodies.clear();
        } else {
            self.bodies.push(body);
        }
    }

    pub(super) fn to_bytes(&self) -> Bytes {
        self.encode_to_vec().into()
    }

    pub(super) fn from_bytes(bytes: Bytes) -> Self {
        // What another version wrote is as good as forgotten.
        Self::decode(bytes).unwrap_or(Self { forgotten: true, ..Self::default() })
    }

    fn format(&self) -> Format {
        if self.json { Format::Json } else { Format::Protobuf }
    }
}

/// Makes the replies to one request; makes none where nobody waits.
pub(super) struct Replies<'a> {
    pub(super) rpc: &'a Rpc,
    pub(super) address: &'a ReplyAddress,
    pub(super) context: &'a Context,
    pub(super) attempt: u32,
}

impl Replies<'_> {
    /// The one reply of a unary rpc.
    pub(super) fn unary(&self, body: Bytes, format: Format) -> Option<Publish> {
        let mut reply = self.message(self.rpc.method().output.name, body, format)?;
        envelope::stamp_schema(&mut reply.headers, self.rpc.service(), self.rpc.method().output);
        let set_by_handler = Metadata::from(self.context.reply_headers().take());
        for (name, value) in set_by_handler.iter() {
            if reply.headers.get(name).is_none() {
                reply.headers.insert(name, value);
            }
        }
        Some(reply)
    }

    /// A reply of a stream, at its place from 1.
    pub(super) fn item(&self, body: Bytes, format: Format, place: usize) -> Option<Publish> {
        let mut reply = self.unary(body, format)?;
        self.number(&mut reply, place);
        Some(reply)
    }

    /// The end of a stream, at the place after its last reply.
    pub(super) fn end(&self, place: usize) -> Option<Publish> {
        let (output, format) = (self.rpc.method().output.name, self.address.format);
        let mut reply = self.message(output, Bytes::new(), format)?;
        self.number(&mut reply, place);
        reply.headers.insert(names::STREAM_END, "true");
        Some(reply)
    }

    /// The error that ends the request.
    pub(super) fn error(&self, status: &Status) -> Option<Publish> {
        let body = Bytes::from(status.to_proto());
        let mut reply = self.message("google.rpc.Status", body, Format::Protobuf)?;
        reply.headers.insert(names::CODE, status.code().name());
        reply.headers.insert(names::ATTEMPT, &self.attempt.to_string());
        Some(reply)
    }

    /// All replies of an earlier handling.
    pub(super) fn again(&self, outcome: &Outcome) -> Vec<Publish> {
        let format = outcome.format();
        if outcome.forgotten {
            let text = "the request was handled before, and its replies are no longer kept";
            return self.error(&Reason::ReplyForgotten.status(text)).into_iter().collect();
        }
        let bodies = outcome.bodies.iter().cloned();
        if !self.rpc.method().shape.server_streams() {
            return bodies.filter_map(|body| self.unary(body, format)).collect();
        }
        let items = bodies.zip(1..).filter_map(|(body, place)| self.item(body, format, place));
        items.chain(self.end(outcome.bodies.len() + 1)).collect()
    }

    fn number(&self, reply: &mut Publish, place: usize) {
        reply.headers.insert(names::SEQUENCE, &place.to_string());
        reply.headers.insert(names::ATTEMPT, &self.attempt.to_string());
    }

    fn message(&self, of: &str, body: Bytes, format: Format) -> Option<Publish> {
        let subject = self.address.subject.clone()?;
        let mut headers = Metadata::for_message();
        self.context.child().write_headers(&mut headers);
        let source = Source::new(&format!("/{}", self.rpc.service().name));
        envelope::stamp(&mut headers, &source, of, format);
        headers.insert(names::CAUSATION_ID, &self.address.request_id);
        let left = self.context.time_left().unwrap_or(KEPT);
        let streams = self.rpc.method().shape.server_streams();
        Some(Publish {
            expires_in: Some(left.max(Duration::from_secs(1))),
            ordering_key: streams.then(|| self.address.request_id.clone()),
            ..Publish::new(subject, headers, body)
        })
    }
}

//! A delivery read as a request: its message, context and reply address.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::accept::Foreign;
use super::claims;
use super::dead::Cause;
use super::envelope::{self, Format, Opened, names};
use super::worker::Worker;
use super::{Options, field};
use crate::broker::{DAMAGE, Delivery};
use crate::codec::Message;
use crate::context::Transport;
use crate::{Context, Metadata, Status};

/// Who waits for the reply to a request, and how it is to be written.
#[derive(Clone, Debug)]
pub(super) struct ReplyAddress {
    /// The subject of the replies; `None` where nobody waits.
    pub(super) subject: Option<String>,
    /// The id of the request.
    pub(super) request_id: String,
    pub(super) format: Format,
}

/// A delivery out of its envelope, which even an undecodable request may be.
pub(super) struct Incoming {
    pub(super) address: ReplyAddress,
    pub(super) context: Context,
    /// The body, or what is wrong with the envelope.
    body: Result<Bytes, Status>,
}

/// A request as the dispatcher takes it.
pub(super) struct Request {
    pub(super) message: Box<dyn Message>,
    pub(super) context: Context,
    /// What makes two deliveries the same piece of work.
    pub(super) inbox_key: Option<String>,
}

/// Why a delivery is no request.
pub(super) enum Refusal {
    /// It never will be.
    GiveUp(Cause, Status),
    /// What it needs cannot be reached for now.
    Later(Status),
}

/// Takes a delivery out of its envelope.
pub(super) fn open(worker: &Worker, delivery: &Delivery) -> Incoming {
    let (headers, body) = match envelope::open(&delivery.headers, &delivery.body) {
        Ok(Opened { headers, body }) => (headers, Ok(body)),
        Err(status) => (delivery.headers.clone(), Err(status)),
    };
    let address = ReplyAddress {
        subject: headers.get(names::REPLY_TO).map(str::to_owned),
        request_id: headers.get(names::ID).unwrap_or_default().to_owned(),
        format: format(worker.options.foreign, &headers).unwrap_or_default(),
    };
    Incoming { address, context: Context::from_headers(Transport::Queue, headers), body }
}

/// Reads what is in the envelope.
pub(super) async fn read(
    worker: &Worker,
    delivery: &Delivery,
    incoming: &Incoming,
) -> Result<Request, Refusal> {
    let unreadable = |status| Refusal::GiveUp(Cause::Undecodable, status);
    if let Some(damage) = envelope::get(&delivery.headers, DAMAGE) {
        return Err(unreadable(Status::data_loss(damage)));
    }
    let options = &worker.options;
    let context = incoming.context.clone();
    let headers = context.metadata();
    let body = incoming.body.clone().map_err(unreadable)?;
    let admitted = options.contracts.admit(&worker.rpc, headers);
    admitted.map_err(|(cause, status)| Refusal::GiveUp(cause, status))?;
    let body = claims::body(options.claims.as_ref(), headers, body).await.map_err(|status| {
        if status.code().is_retryable() { Refusal::Later(status) } else { unreadable(status) }
    })?;
    let format = format(options.foreign, headers).map_err(unreadable)?;
    let message = format.decode(&body, worker.rpc.method().input, &options.json);
    let message = message.map_err(|error| unreadable(error.into()))?;
    let own = match worker.route.idempotency_key {
        Some(path) => field::text(&*message, path).map_err(|error| unreadable(error.into()))?,
        None => String::new(),
    };
    let inbox_key = if own.is_empty() {
        inbox_key(options, delivery, &context, &body)
    } else {
        Some(format!("key {own}"))
    };
    Ok(Request { message, context, inbox_key })
}

fn format(foreign: Foreign, headers: &Metadata) -> Result<Format, Status> {
    if headers.get(names::CONTENT_TYPE).is_none() && foreign.takes(headers) {
        return Ok(Format::Json);
    }
    envelope::format(headers)
}

/// The caller's key, else the message's id, which is unique within its source
/// only.
fn inbox_key(
    options: &Options,
    delivery: &Delivery,
    context: &Context,
    body: &[u8],
) -> Option<String> {
    let headers = context.metadata();
    let named = options.idempotency_header.as_deref().and_then(|name| headers.get(name));
    if let Some(key) = named.or(context.idempotency_key()) {
        return Some(format!("key {key}"));
    }
    let by_body = matches!(options.foreign, Foreign::ByBody) && options.foreign.takes(headers);
    // Without an envelope an id is its client's, which gives each message another one.
    if let Some(id) = headers.get(names::ID).filter(|_| !by_body) {
        let source = headers.get(names::SOURCE).unwrap_or_default();
        // Ids of ours grow with time: in front, they stand side by side in an index.
        return Some(format!("id {id} {source}"));
    }
    match options.foreign {
        Foreign::ByMessage if !delivery.id.is_empty() => Some(format!("message {}", delivery.id)),
        Foreign::ByBody => Some(format!("body {}", STANDARD.encode(Sha256::digest(body)))),
        _ => None,
    }
}

//! A delivery read as a request: its message, context and reply address.

use crate::broker::Delivery;
use crate::codec::{Message, json};
use crate::context::Transport;
use crate::service::Method;
use crate::{Context, Status};

use super::envelope::{self, Format, names};

/// Who waits for the reply to a request, and how it is to be written.
#[derive(Clone, Debug)]
pub(super) struct ReplyAddress {
    /// The subject of the replies; `None` where nobody waits.
    pub(super) subject: Option<String>,
    /// The id of the request.
    pub(super) request_id: String,
    pub(super) format: Format,
}

/// A request as the dispatcher takes it.
pub(super) struct Request {
    pub(super) message: Box<dyn Message>,
    pub(super) context: Context,
    /// What makes two deliveries the same piece of work.
    pub(super) inbox_key: Option<String>,
}

/// The address of the reply, which even an undecodable request may have.
pub(super) fn reply_address(delivery: &Delivery) -> ReplyAddress {
    let headers = &delivery.headers;
    ReplyAddress {
        subject: headers.get(names::REPLY_TO).map(str::to_owned),
        request_id: headers.get(names::ID).unwrap_or_default().to_owned(),
        format: envelope::format(headers).unwrap_or_default(),
    }
}

/// Reads a delivery.
pub(super) fn read(
    delivery: &Delivery,
    method: &Method,
    json: &json::Options,
) -> Result<Request, Status> {
    let format = envelope::format(&delivery.headers)?;
    let message = format.decode(&delivery.body, method.input, json)?;
    let context = Context::from_headers(Transport::Queue, delivery.headers.clone());
    let inbox_key = context.idempotency_key().map(|key| format!("key {key}"));
    Ok(Request { message, inbox_key: inbox_key.or_else(|| message_key(delivery)), context })
}

/// An id is unique within its source only.
fn message_key(delivery: &Delivery) -> Option<String> {
    let id = delivery.headers.get(names::ID)?;
    let source = delivery.headers.get(names::SOURCE).unwrap_or_default();
    Some(format!("id {source} {id}"))
}

//! How a conversation ends: with 1000 and nothing else where all was said, else
//! with a code that no client takes for success.

use futures_util::{Sink, SinkExt as _};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::requests::Parting;
use crate::Status;
use crate::status::ErrorShape;

/// Codes from here on are for applications (RFC 6455, 7.4.2): the HTTP status is
/// added.
const FAILED: u16 = 4000;

/// The longest reason that fits into a frame beside its code, in bytes.
const REASON: usize = 123;

/// Says the outcome, and that nothing follows.
///
/// # Errors
/// The client has gone.
pub(super) async fn close(
    sink: &mut (impl Sink<Message, Error = Error> + Unpin),
    outcome: Result<(), Status>,
    shape: ErrorShape,
) -> Result<(), Error> {
    let frame = match outcome {
        Ok(()) => CloseFrame { code: CloseCode::Normal, reason: "".into() },
        Err(status) => {
            let document = status.last_document(shape).to_string();
            sink.feed(Message::text(document)).await?;
            let code = CloseCode::from(FAILED + status.http());
            CloseFrame { code, reason: shortened(status.message()).into() }
        }
    };
    sink.send(Message::Close(Some(frame))).await
}

/// Says the last word to a client that hears no more.
pub(super) async fn part(
    sink: &mut (impl Sink<Message, Error = Error> + Unpin),
    parting: Parting,
) -> Result<(), Error> {
    match parting {
        Parting::None => Ok(()),
        // tungstenite has written the answer, and sends it with whatever is next.
        Parting::Answer => sink.flush().await,
        Parting::Fault(code) => {
            let frame = CloseFrame { code, reason: "".into() };
            sink.send(Message::Close(Some(frame))).await
        }
    }
}

fn shortened(reason: &str) -> &str {
    let end = (0..=REASON.min(reason.len())).rev().find(|end| reason.is_char_boundary(*end));
    reason.get(..end.unwrap_or_default()).unwrap_or_default()
}

//! What a client says, read as long as the connection stands: documents for the
//! handler, no faster than it takes them, and the word that they are over.

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use tokio::sync::mpsc::{Receiver, Sender};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::super::upload::{Decoder, MESSAGE};
use crate::Status;
use crate::service::ReplyStream;

/// A document, or bytes of a raw body.
pub(super) type Piece = Result<Bytes, Status>;

/// What a client is told that will hear no more.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Parting {
    /// It has gone.
    None,
    /// It has said that it goes, which is answered (RFC 6455, 5.5.1).
    Answer,
    /// What it sent is none of the protocol's.
    Fault(CloseCode),
}

impl Parting {
    fn after(error: &Error) -> Self {
        tracing::debug!(%error, "a WebSocket broke off");
        match error {
            Error::Protocol(_) => Self::Fault(CloseCode::Protocol),
            Error::Utf8(_) => Self::Fault(CloseCode::Invalid),
            _ => Self::None,
        }
    }
}

/// Passes on what the client says, until it says no more; returns the word to part with.
pub(super) async fn read(
    mut source: impl Stream<Item = Result<Message, Error>> + Unpin,
    sender: Sender<Piece>,
    limit: usize,
) -> Parting {
    let mut sender = Some(sender);
    while let Some(message) = source.next().await {
        let piece = match message {
            Ok(Message::Text(text)) if text.is_empty() => {
                sender = None;
                continue;
            }
            Ok(Message::Text(text)) => Ok(Bytes::from(text)),
            Ok(Message::Binary(bytes)) => Ok(bytes),
            // tungstenite answers pings.
            Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => continue,
            Ok(Message::Close(_)) => return Parting::Answer,
            Err(Error::Capacity(_)) => Err(Status::too_long(MESSAGE, limit)),
            Err(error) => return Parting::after(&error),
        };
        let over = piece.is_err();
        if let Some(open) = &sender {
            // Whoever wants no more messages has not gone for that.
            _ = open.send(piece).await;
        }
        if over {
            // Nothing more can be read; the failure is still to be said.
            drop(sender);
            return std::future::pending().await;
        }
    }
    Parting::None
}

/// The messages of the pieces.
pub(super) fn messages(pieces: Receiver<Piece>, decoder: Decoder) -> ReplyStream {
    let allowance = decoder.allowance();
    Box::pin(stream::unfold(Some((pieces, decoder, allowance, 0)), |state| async move {
        let (mut pieces, decoder, mut allowance, index) = state?;
        let item = pieces.recv().await?.and_then(|piece| {
            allowance.spend(piece.len())?;
            decoder.element(index, &piece)
        });
        let rest = item.is_ok().then_some((pieces, decoder, allowance, index + 1));
        Some((item, rest))
    }))
}

//! Claim checks: a body that is too large for the broker is kept elsewhere, and
//! the message carries a reference to it, as the `dataref` extension of
//! `CloudEvents` says.

mod folder;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use futures_core::future::BoxFuture;

pub use folder::FolderClaims;

use super::envelope::{self, names};
use crate::broker::{Broker, Publish};
use crate::{Metadata, Status};

/// Room that a dead letter's own headers need beside the message.
const DEAD_LETTER: usize = 16 * 1024;

/// A place for bodies, which every consumer and every caller can reach.
///
/// What is stored there is never removed by this crate: how long a message may
/// lie in a queue, or a dead letter be replayed, is known to whoever runs it.
/// The place keeps bodies for at least that long, by a rule of its own.
pub trait ClaimStore: Send + Sync + 'static {
    /// Keeps a body; returns the reference by which it is fetched, a URI.
    /// Durable when this resolves. Keeping the same body twice is fine.
    fn keep(&self, body: Bytes) -> BoxFuture<'_, Result<String, Status>>;

    /// The body behind a reference. A message may come from anybody: a
    /// reference that this place has not made is refused with `NOT_FOUND` or
    /// `INVALID_ARGUMENT`, which dead-letters the message; a retryable code has
    /// it delivered again.
    fn fetch<'a>(&'a self, reference: &'a str) -> BoxFuture<'a, Result<Bytes, Status>>;
}

/// When bodies go to which place.
#[derive(Clone)]
pub struct Claims {
    store: Arc<dyn ClaimStore>,
    over: usize,
}

impl Claims {
    /// Bodies of more than `over` bytes go to `store`, and so do those that the
    /// broker would refuse.
    pub fn new(store: impl ClaimStore, over: usize) -> Self {
        Self { store: Arc::new(store), over }
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims").field("over", &self.over).finish_non_exhaustive()
    }
}

/// The message as the broker takes it: its body elsewhere where it is too large.
pub(crate) async fn fit(
    broker: &Broker,
    claims: Option<&Claims>,
    mut publish: Publish,
) -> Result<Publish, Status> {
    let room = room(broker, &publish.headers);
    let over = claims.map_or(room, |claims| claims.over.min(room));
    if publish.body.len() <= over {
        return Ok(publish);
    }
    let Some(claims) = claims else {
        let text = format!(
            "the body of {} bytes is larger than the broker takes, which has room for {room} \
             here: keep large bodies elsewhere, by `Claims`",
            publish.body.len()
        );
        return Err(Status::out_of_range(text));
    };
    let reference = claims.store.keep(publish.body).await?;
    publish.body = Bytes::new();
    envelope::set(&mut publish.headers, names::DATA_REF, &reference);
    Ok(publish)
}

/// How large a body may be, so that the message still fits as a dead letter.
fn room(broker: &Broker, headers: &Metadata) -> usize {
    let Some(limit) = broker.max_message() else { return usize::MAX };
    // A colon, a space and a line's end beside each.
    let size: usize = headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
    limit.saturating_sub(size + DEAD_LETTER.min(limit / 4))
}

/// The body of a message, from wherever it is.
pub(super) async fn body(
    claims: Option<&Claims>,
    headers: &Metadata,
    body: Bytes,
) -> Result<Bytes, Status> {
    let Some(reference) = envelope::get(headers, names::DATA_REF) else { return Ok(body) };
    // A producer may send both: then the reference is for those who want it.
    if !body.is_empty() {
        return Ok(body);
    }
    match claims {
        Some(claims) => claims.store.fetch(&reference).await,
        None => Err(Status::failed_precondition(format!(
            "the body is elsewhere, at `{reference}`, and no `Claims` are set here to fetch it by"
        ))),
    }
}

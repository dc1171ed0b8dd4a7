//! Where the last events of streams are kept, so that a client that lost its
//! connection can go on.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use bytes::Bytes;
use futures_core::future::BoxFuture;
use sha2::{Digest as _, Sha256};

use super::owner::Owner;
use crate::codec::Message;
use crate::service::Rpc;
use crate::{Context, Status};

/// Keeps the last events of streams; a server with several processes, or one
/// that must forget nothing when it starts again, brings its own.
///
/// Every operation may be called for several streams at once; for one stream
/// the operations come one after the other, unless two connections go on with
/// it at once. Where an operation fails, the stream goes on, and its client
/// may find that it cannot be resumed.
pub trait ReplayStore: Send + Sync + 'static {
    /// Adds events to a stream, oldest first. They are sent once this is done.
    /// Only the last `window` events of the stream are asked for again; older
    /// ones may be dropped, and so may streams that nothing was added to for
    /// long.
    ///
    /// # Errors
    /// They are not kept.
    fn append<'a>(
        &'a self,
        stream: &'a StreamKey,
        events: Vec<ReplayEvent>,
        window: usize,
    ) -> BoxFuture<'a, Result<(), Status>>;

    /// Notes that a stream has ended well: a client that has seen all of it is
    /// told so when it comes again.
    ///
    /// # Errors
    /// It is not noted.
    fn finish<'a>(&'a self, stream: &'a StreamKey) -> BoxFuture<'a, Result<(), Status>>;

    /// The events after the last one with the id `last`; `None` where the
    /// stream or the event is not known (any longer).
    ///
    /// # Errors
    /// It cannot be found out.
    fn after<'a>(
        &'a self,
        stream: &'a StreamKey,
        last: &'a str,
    ) -> BoxFuture<'a, Result<Option<Replay>, Status>>;
}

impl fmt::Debug for dyn ReplayStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReplayStore")
    }
}

/// An event of a stream, as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayEvent {
    /// The id, without line ends.
    pub id: String,
    /// The whole event with its id, in the format of server-sent events.
    pub frame: Bytes,
}

/// What a client has missed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    /// The events, oldest first.
    pub events: Vec<ReplayEvent>,
    /// Whether the stream has ended well after them.
    pub finished: bool,
}

/// Whose stream it is: the principal, rpc and request that it was started
/// with. Equal in every process that serves the same contract.
#[derive(Clone)]
pub struct StreamKey {
    digest: Arc<str>,
    /// No part of what makes keys equal: a caller may come back from elsewhere.
    owner: Owner,
}

impl StreamKey {
    /// `stream` tells streams of one caller and request apart, whose events may
    /// have the same ids.
    pub(super) fn new(
        rpc: &Rpc,
        context: &Context,
        request: &dyn Message,
        stream: &str,
        owner: Owner,
    ) -> Self {
        let principal = context.principal().map(|principal| principal.subject.as_bytes());
        let request = request.to_proto();
        let parts = [
            // Nobody is not the principal without a name.
            if principal.is_some() { b"1".as_slice() } else { b"" },
            principal.unwrap_or_default(),
            rpc.service().name.as_bytes(),
            rpc.method().name.as_bytes(),
            &request,
            stream.as_bytes(),
        ];
        Self { digest: digest(&parts), owner }
    }

    /// The key as 64 hexadecimal digits: a SHA-256, from which neither
    /// principal nor request can be read.
    pub fn as_str(&self) -> &str {
        &self.digest
    }

    /// The first digits of the key.
    pub(super) fn digits(&self, count: usize) -> &str {
        self.digest.get(..count).unwrap_or(&self.digest)
    }

    /// Who has opened this connection, as 64 hexadecimal digits: the principal,
    /// or else the address. A store that is full takes room from the caller who
    /// has most of it, so that none pushes out the others' streams.
    ///
    /// Equal keys may have several callers, where one without a principal comes
    /// back from another address.
    pub fn caller(&self) -> &str {
        self.owner.as_str()
    }

    pub(super) fn owner(&self) -> &Owner {
        &self.owner
    }

    /// A key of a caller, for tests.
    #[cfg(test)]
    pub(super) fn named(caller: &str, stream: &str) -> Self {
        let principal = crate::Principal::new(caller, ["user"]);
        let owner = Owner::of(Some(&principal), std::net::Ipv4Addr::LOCALHOST.into());
        Self { digest: digest(&[caller.as_bytes(), stream.as_bytes()]), owner }
    }
}

impl PartialEq for StreamKey {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl Eq for StreamKey {}

impl Hash for StreamKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.digest.hash(state);
    }
}

impl fmt::Debug for StreamKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StreamKey").field(&self.digest).finish()
    }
}

/// The SHA-256 of some parts, as hexadecimal digits.
pub(super) fn digest(parts: &[&[u8]]) -> Arc<str> {
    let mut digest = Sha256::new();
    for part in parts {
        // With its length in front, no two lists of parts are alike.
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    let hex = |text: String, byte: u8| text + &format!("{byte:02x}");
    digest.finalize().iter().copied().fold(String::new(), hex).into()
}

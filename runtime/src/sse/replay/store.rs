//! Where the last events of streams are kept, so that a client that lost its
//! connection can go on.

use std::fmt;

use bytes::Bytes;
use futures_core::future::BoxFuture;
use sha2::{Digest as _, Sha256};

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
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct StreamKey(String);

impl StreamKey {
    /// `stream` tells streams of one caller and request apart, whose events may
    /// have the same ids.
    pub(super) fn new(rpc: &Rpc, context: &Context, request: &dyn Message, stream: &str) -> Self {
        let mut digest = Sha256::new();
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
        for part in parts {
            // With its length in front, no two lists of parts are alike.
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        let hex = |text: String, byte: u8| text + &format!("{byte:02x}");
        Self(digest.finalize().iter().copied().fold(String::new(), hex))
    }

    /// The key as 64 hexadecimal digits: a SHA-256, from which neither
    /// principal nor request can be read.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for StreamKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StreamKey").field(&self.0).finish()
    }
}

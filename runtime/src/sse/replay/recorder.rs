//! What a connection notes of its stream, for the next one.

use std::sync::Arc;

use bytes::Bytes;

use super::store::{Key, Log, Parked, Store};
use crate::service::ReplyStream;

/// Keeps the last events of one stream.
pub(crate) struct Recorder {
    store: Arc<Store>,
    key: Key,
    window: usize,
    log: Log,
    count: u64,
    last: Option<String>,
}

impl Recorder {
    /// For a stream that begins.
    pub(super) fn new(store: Arc<Store>, key: Key, window: usize) -> Self {
        Self { store, key, window, log: Log::default(), count: 0, last: None }
    }

    /// For a stream that goes on after `count` replies, to a client that has
    /// seen the event `last`.
    pub(super) fn resume(
        store: Arc<Store>,
        key: Key,
        window: usize,
        parked: (Log, u64),
        last: Option<String>,
    ) -> Self {
        let (log, count) = parked;
        Self { store, key, window, log, count, last }
    }

    /// How many replies came before this connection.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Writes the events that the client has missed.
    pub(crate) fn replay(&self, out: &mut Vec<u8>) {
        if self.last.is_some() {
            self.log.after(self.last.as_deref()).for_each(|frame| out.extend(frame));
        }
    }

    /// Notes an event.
    pub(crate) fn record(&mut self, id: String, frame: &[u8]) {
        self.log.push(id, Bytes::copy_from_slice(frame), self.window);
    }

    /// Notes that the stream has ended after `count` replies.
    pub(crate) fn complete(self, count: u64) {
        self.keep(None, count);
    }

    /// Leaves the stream to the next connection.
    pub(crate) fn park(self, stream: ReplyStream, count: u64) {
        self.keep(Some(stream), count);
    }

    fn keep(self, stream: Option<ReplyStream>, count: u64) {
        self.store.park(self.key, Parked { stream, log: self.log, count });
    }
}

//! The broker inside this process, gone with it: for tests and for agents
//! whose work need not outlive them. Its clock is tokio's, so that a test can
//! stop it.

mod claim;
mod publish;
mod queue;
mod settle;
mod store;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_core::future::BoxFuture;
use tokio::sync::watch;

use self::store::Memory;
use super::embedded::{Changes, Embedded, Headers, Job, Lane};
use super::registry::Url;
use super::{Backend, Capabilities, Capability, Error};
use crate::Metadata;

/// Opens `memory:`; every call is a broker of its own.
pub(super) fn open(url: Url) -> BoxFuture<'static, Result<Arc<dyn Backend>, Error>> {
    Box::pin(std::future::ready(from_url(url)))
}

fn from_url(mut url: Url) -> Result<Arc<dyn Backend>, Error> {
    if !url.path.is_empty() {
        let text = format!("`memory:` takes no name, found `{}`: share a handle instead", url.path);
        return Err(Error::config(text));
    }
    let window = url.take_seconds("dedupe_window")?.unwrap_or(super::DEDUPE_WINDOW);
    url.finish()?;
    let capabilities = Capabilities::new(&[
        Capability::AnyConsumer,
        Capability::Backlog,
        Capability::AtomicSettle,
        Capability::ExactDepth,
        Capability::Browse,
    ]);
    Ok(Arc::new(Embedded::new(Inline::new(window), capabilities)))
}

/// Runs every job at once, under a lock: none of them waits for anything.
struct Inline {
    store: Mutex<Option<Memory>>,
    changes: Changes,
}

impl Inline {
    fn new(dedupe_window: Duration) -> Self {
        Self { store: Mutex::new(Some(Memory::new(dedupe_window))), changes: Changes::default() }
    }
}

impl Lane for Inline {
    fn headers(&self, headers: Metadata) -> Headers {
        Headers::Ready(headers)
    }

    fn submit(&self, job: Job) {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(store) = store.as_mut() else { return };
        let done = job(store);
        if store.take_changed() {
            self.changes.note_all();
        }
        done(Ok(()));
    }

    fn changes(&self, queue: i64) -> watch::Receiver<u64> {
        self.changes.of(queue)
    }

    fn close(&self) -> BoxFuture<'_, Result<(), Error>> {
        *self.store.lock().unwrap_or_else(PoisonError::into_inner) = None;
        // Wakes the waiting, who then find the store gone.
        self.changes.note_all();
        Box::pin(std::future::ready(Ok(())))
    }
}

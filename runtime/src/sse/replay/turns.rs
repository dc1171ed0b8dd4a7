//! Whose turn it is to move a stream from one connection to another: of several clients
//! that go on with it at once, each finds it where the one before has left it, and none
//! on the way between two places.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use super::store::StreamKey;

/// The streams that are moved just now.
#[derive(Default)]
pub(super) struct Turns(Mutex<HashMap<StreamKey, Arc<AsyncMutex<()>>>>);

/// The right to move one stream, until it is dropped.
pub(super) struct Turn {
    turns: Arc<Turns>,
    key: StreamKey,
    held: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    /// Waits until nobody moves the stream.
    pub(super) async fn wait(self: &Arc<Self>, key: &StreamKey) -> Turn {
        let own = Arc::clone(self.lock().entry(key.clone()).or_default());
        let mut turn = Turn { turns: Arc::clone(self), key: key.clone(), held: None };
        turn.held = Some(own.lock_owned().await);
        turn
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<StreamKey, Arc<AsyncMutex<()>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        drop(self.held.take());
        let mut turns = self.turns.lock();
        // Whoever waits has one as well, and is the last to leave.
        if turns.get(&self.key).is_some_and(|own| Arc::strong_count(own) == 1) {
            turns.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_stream_is_moved_by_one_at_a_time_and_then_forgotten() {
        let turns = Arc::new(Turns::default());
        let [one, other] = ["1", "2"].map(|name| StreamKey::named("ann", name));
        let first = turns.wait(&one).await;
        assert!(turns.wait(&other).now_or_never().is_some(), "streams do not wait for others");
        let mut second = Box::pin(turns.wait(&one));
        assert!((&mut second).now_or_never().is_none());
        assert!(turns.wait(&one).now_or_never().is_none(), "who gives up is not waited for");
        drop(first);
        let second = second.now_or_never().expect("it is its turn");
        assert_eq!(turns.lock().len(), 1);
        drop(second);
        assert!(turns.lock().is_empty());
    }
}

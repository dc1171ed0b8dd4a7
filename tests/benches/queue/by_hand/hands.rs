//! Taking no more than there are hands for: a message is in hand, or any worker's.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub(crate) struct Hands(Arc<Semaphore>);

impl Hands {
    pub(crate) fn new(count: usize) -> Self {
        Self(Arc::new(Semaphore::new(count)))
    }

    /// Waits for a free hand; returns all that are free.
    pub(crate) async fn free(&self) -> OwnedSemaphorePermit {
        let open = "nobody closes it";
        let mut free = Arc::clone(&self.0).acquire_owned().await.expect(open);
        let more = u32::try_from(self.0.available_permits()).expect(open);
        if let Ok(more) = Arc::clone(&self.0).try_acquire_many_owned(more) {
            free.merge(more);
        }
        free
    }
}

/// Handles each job in a task of its own, with a hand of these.
pub(crate) fn spawn<T, F>(free: &mut OwnedSemaphorePermit, jobs: Vec<T>, handle: impl Fn(T) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    for job in jobs {
        let (hand, work) = (free.split(1).expect("no more than were free"), handle(job));
        tokio::spawn(async move {
            work.await;
            drop(hand);
        });
    }
}

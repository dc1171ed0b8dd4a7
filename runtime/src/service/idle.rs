//! Streams on which nothing moves for too long are ended. Both directions of
//! an rpc count together: a caller may be silent while it is answered.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as Task, Poll};
use std::time::Duration;

use futures_core::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::ReplyStream;
use crate::Status;
use crate::codec::Message;
use crate::status::Reason;

/// The clock of one rpc.
#[derive(Clone, Debug)]
pub(crate) struct Idle(Option<Shared>);

#[derive(Clone, Debug)]
struct Shared {
    limit: Duration,
    moved: Arc<Mutex<Instant>>,
}

impl Shared {
    fn touch(&self) {
        *self.moved.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn deadline(&self) -> Instant {
        *self.moved.lock().unwrap_or_else(PoisonError::into_inner) + self.limit
    }
}

impl Idle {
    /// A clock that starts now; `None` has no limit.
    pub(crate) fn new(limit: Option<Duration>) -> Self {
        let moved = || Arc::new(Mutex::new(Instant::now()));
        Self(limit.map(|limit| Shared { limit, moved: moved() }))
    }

    /// Lets the time begin again.
    #[cfg(feature = "rest")]
    pub(crate) fn restart(&self) {
        if let Some(shared) = &self.0 {
            shared.touch();
        }
    }

    /// The stream of replies, ended by an error once nothing has moved for too long.
    #[cfg(any(test, feature = "rest"))]
    pub(crate) fn watch(&self, stream: ReplyStream) -> ReplyStream {
        if self.0.is_none() { stream } else { Box::pin(self.watched(stream)) }
    }

    /// The stream of requests likewise: where it waits in vain, the caller was too slow,
    /// as with a body that is one message.
    #[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
    pub(crate) fn watch_requests(&self, stream: ReplyStream) -> ReplyStream {
        if self.0.is_none() {
            return stream;
        }
        Box::pin(Watched { late: Reason::RequestTimeout, ..self.watched(stream) })
    }

    /// The stream of replies likewise, for who keeps it in a place of its own.
    pub(crate) fn watched(&self, stream: ReplyStream) -> Watched {
        let (shared, late) = (self.0.clone(), Reason::StreamIdle);
        Watched { stream: Some(stream), shared, late, moved: false, sleep: None }
    }
}

/// A stream under the clock of its rpc.
pub(crate) struct Watched {
    stream: Option<ReplyStream>,
    /// `None` where there is no limit.
    shared: Option<Shared>,
    /// What it is when nothing has moved.
    late: Reason,
    /// Whether an item came since the last wait: the time is asked for once a
    /// wait, not once an item.
    moved: bool,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Watched {
    /// Waits until nothing has moved for too long, and says how long that is.
    fn poll_late(&mut self, task: &mut Task<'_>) -> Poll<Duration> {
        let Some(shared) = &self.shared else { return Poll::Pending };
        if std::mem::take(&mut self.moved) {
            shared.touch();
        }
        loop {
            let deadline = shared.deadline();
            let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
            // It stays armed for an earlier end, and looks again by then.
            std::task::ready!(sleep.as_mut().poll(task));
            if deadline <= sleep.deadline() {
                return Poll::Ready(shared.limit);
            }
            sleep.as_mut().reset(deadline);
        }
    }
}

impl Stream for Watched {
    type Item = Result<Box<dyn Message>, Status>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        let own = &mut *self;
        let Some(stream) = &mut own.stream else { return Poll::Ready(None) };
        if let Poll::Ready(item) = stream.as_mut().poll_next(task) {
            own.moved = true;
            return Poll::Ready(item);
        }
        let limit = std::task::ready!(own.poll_late(task));
        own.stream = None;
        let text = format!("nothing moved on the stream for {limit:?}");
        Poll::Ready(Some(Err(own.late.status(text))))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt as _, stream};

    use super::*;
    use crate::Code;
    use crate::codec::Message;

    /// A stream with an item at each of these seconds, and then silence.
    fn at(seconds: &[u64]) -> ReplyStream {
        let start = Instant::now();
        let items = stream::iter(seconds.to_vec()).then(move |second| async move {
            sleep_until(start + Duration::from_secs(second)).await;
            Ok(Box::new(prost_types::Duration::default()) as Box<dyn Message>)
        });
        Box::pin(items.chain(stream::pending()))
    }

    /// When a watched stream ends, in seconds.
    async fn end(mut stream: ReplyStream) -> u64 {
        let start = Instant::now();
        while let Some(item) = stream.next().await {
            if let Err(status) = item {
                assert_eq!(status.code(), Code::DeadlineExceeded);
                assert!(stream.next().await.is_none());
                break;
            }
        }
        start.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_ends_when_neither_direction_moves() {
        let idle = Idle::new(Some(Duration::from_secs(10)));
        assert_eq!(end(idle.watch(at(&[]))).await, 10);
        let idle = Idle::new(Some(Duration::from_secs(10)));
        assert_eq!(end(idle.watch(at(&[4, 13, 22]))).await, 32);
        let idle = Idle::new(Some(Duration::from_secs(10)));
        let (asking, answering) = (idle.watch_requests(at(&[])), idle.watch(at(&[8, 16])));
        let (asked, answered) = futures_util::join!(end(asking), end(answering));
        assert_eq!((asked, answered), (26, 26));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_has_to_speak_is_the_one_who_is_late() {
        let idle = Idle::new(Some(Duration::from_secs(10)));
        let (mut asking, mut answering) = (idle.watch_requests(at(&[])), idle.watch(at(&[])));
        let (asked, answered) = futures_util::join!(asking.next(), answering.next());
        let why = |item: Option<Result<_, Status>>| Reason::of(&item?.err()?);
        assert_eq!(why(asked), Some(Reason::RequestTimeout));
        assert_eq!(why(answered), Some(Reason::StreamIdle));
    }
}

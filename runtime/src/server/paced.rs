//! A request body that must come in time: one that is silent for too long, or
//! too slow on the whole, ends in an error. A client that sends a byte a second
//! would else hold a request for hours.

use std::pin::Pin;
use std::task::{Context as Task, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};
use tower::BoxError;

use super::Limits;
use crate::status::Reason;

/// How fast a body must come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    silence: Duration,
    /// Bytes a second over the whole body, once `silence` has passed; 0 is any.
    rate: u64,
}

impl Pace {
    /// The pace of a body that is one message. Bodies with many have a pace of
    /// their own, that of their messages.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { silence: limits.body_timeout, rate: limits.body_rate }
    }

    /// How long a request may be silent.
    #[cfg(feature = "websocket")]
    pub(crate) fn silence(&self) -> Duration {
        self.silence
    }

    /// When a body has come too slowly that began at `start`, and of which
    /// `bytes` have come, the last at `moved`.
    fn deadline(&self, start: Instant, moved: Instant, bytes: u64) -> Instant {
        let silent = moved + self.silence;
        match bytes.checked_div(self.rate) {
            Some(seconds) => silent.min(start + self.silence + Duration::from_secs(seconds)),
            None => silent,
        }
    }
}

/// A body at a pace.
pub(crate) struct Paced<B> {
    body: B,
    pace: Pace,
    bytes: u64,
    /// Set up by the first wait: a body that is there needs no clock.
    clock: Option<Clock>,
}

struct Clock {
    start: Instant,
    /// Whether something came since the last wait.
    moved: bool,
    sleep: Pin<Box<Sleep>>,
}

impl<B> Paced<B> {
    pub(crate) fn new(body: B, pace: Pace) -> Self {
        Self { body, pace, bytes: 0, clock: None }
    }

    fn poll_late(&mut self, task: &mut Task<'_>) -> Poll<()> {
        let pace = self.pace;
        let clock = self.clock.get_or_insert_with(|| {
            let start = Instant::now();
            let sleep = Box::pin(sleep_until(pace.deadline(start, start, 0)));
            Clock { start, moved: false, sleep }
        });
        if std::mem::take(&mut clock.moved) {
            let deadline = pace.deadline(clock.start, Instant::now(), self.bytes);
            clock.sleep.as_mut().reset(deadline);
        }
        clock.sleep.as_mut().poll(task)
    }
}

impl<B> Body for Paced<B>
where
    B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let own = self.get_mut();
        match Pin::new(&mut own.body).poll_frame(task) {
            Poll::Ready(frame) => {
                let data = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref());
                own.bytes += data.map_or(0, |data| data.len() as u64);
                if let Some(clock) = &mut own.clock {
                    clock.moved = true;
                }
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending => own.poll_late(task).map(|()| {
                let text = format!("the request body came too slowly: {} bytes so far", own.bytes);
                Some(Err(Reason::RequestTimeout.status(text).into()))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream::unfold;
    use http_body_util::{BodyExt as _, StreamBody};

    use super::*;

    /// How long a body of `bytes` lives of which one comes every `step`.
    async fn lasts(bytes: u32, step: Duration, rate: u64) -> (bool, Duration) {
        let start = Instant::now();
        let frames = Box::pin(unfold(0, move |sent| async move {
            tokio::time::sleep(step).await;
            let frame = Frame::data(Bytes::from_static(b"x"));
            (sent < bytes).then_some((Ok::<_, std::convert::Infallible>(frame), sent + 1))
        }));
        let pace = Pace { silence: Duration::from_secs(30), rate };
        let whole = Paced::new(StreamBody::new(frames), pace).collect().await;
        (whole.is_ok(), start.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_may_be_neither_silent_nor_slow_on_the_whole() {
        let seconds = Duration::from_secs;
        assert!(lasts(100, Duration::from_millis(200), 10).await.0, "it is over within the time");
        assert!(lasts(50, seconds(20), 0).await.0, "no rate is asked for");
        let (whole, lived) = lasts(50, seconds(31), 0).await;
        assert!(!whole && lived.as_secs() == 30, "{lived:?}");
        let (whole, lived) = lasts(100, seconds(1), 240).await;
        assert!(!whole && lived.as_secs() == 30, "{lived:?}");
        let (whole, lived) = lasts(1000, Duration::from_millis(100), 5).await;
        assert!(whole, "ten a second are enough: {lived:?}");
    }
}

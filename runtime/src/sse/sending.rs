//! A stream of replies as an HTTP body.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context as Task, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame};
use tokio::time::{Instant, Sleep, sleep};
use tower::BoxError;

use super::Settings;
use super::encoder::{Encoder, Failed};
use super::form::Sent;
use super::replay::{Held, Recorder, ReplayEvent, Seat};
use crate::Status;
use crate::service::ReplyStream;

/// How much is gathered into one frame at most, in bytes and in replies: the
/// client of a stream that is always ready must not wait for its end.
const FRAME_BYTES: usize = 32 << 10;
const FRAME_REPLIES: usize = 64;

/// The body. Dropping it before its end means that the client has gone.
pub(super) struct Sending {
    seat: Seat,
    writer: Writer,
}

/// What is written to the connection.
struct Writer {
    encoder: Encoder,
    buffer: Vec<u8>,
    heartbeat: Option<Heartbeat>,
    broken: Broken,
}

/// Whether the body must end in a broken connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Broken {
    Not,
    /// What was written so far should leave first.
    AfterFlush,
    Now,
}

struct Heartbeat {
    period: std::time::Duration,
    sleep: Pin<Box<Sleep>>,
}

impl Sending {
    /// The body of a stream that begins here, or goes on where `recorder`
    /// says, after the events that its client missed, or behind the event of this
    /// number; `None` is one that has ended, of which the client missed the end.
    pub(super) fn new(
        stream: Option<ReplyStream>,
        sent: Sent,
        settings: Settings,
        number: u64,
        recorder: Option<Recorder>,
        missed: &[ReplayEvent],
    ) -> Self {
        let (prefix, count) = recorder
            .as_ref()
            .map_or((String::new(), number), |recorder| (recorder.prefix.clone(), recorder.count));
        let encoder = Encoder::new(sent, settings, prefix, count);
        let mut buffer = Vec::with_capacity(512);
        encoder.start(&mut buffer);
        for event in missed {
            buffer.extend_from_slice(&event.frame);
        }
        let every = |period| Heartbeat { period, sleep: Box::pin(sleep(period)) };
        let heartbeat = settings.heartbeat_in(sent.form).map(every);
        let mut writer = Writer { encoder, buffer, heartbeat, broken: Broken::Not };
        let mut held = Held { stream, recorder };
        if held.stream.is_none() {
            writer.finish(&mut held);
        }
        Self { seat: Seat::new(held), writer }
    }

    pub(super) fn content_type(&self) -> &'static str {
        self.writer.encoder.content_type()
    }
}

impl Writer {
    /// The next of what is ready, kept before it leaves.
    fn poll_frame(
        &mut self,
        held: &mut Held,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        // Nothing more is read while something is not kept.
        ready!(held.poll_kept(task));
        self.gather(held, task);
        ready!(held.poll_kept(task));
        if self.buffer.is_empty() && held.stream.is_some() {
            self.poll_heartbeat(task);
        }
        if !self.buffer.is_empty() {
            return Poll::Ready(Some(Ok(self.frame())));
        }
        match self.broken {
            Broken::Not if held.stream.is_some() => Poll::Pending,
            Broken::Not => Poll::Ready(None),
            Broken::AfterFlush => {
                // The connection flushes when its body has nothing to give.
                self.broken = Broken::Now;
                task.waker().wake_by_ref();
                Poll::Pending
            }
            Broken::Now => {
                self.broken = Broken::Not;
                Poll::Ready(Some(Err("the stream failed".into())))
            }
        }
    }

    /// Gathers what is ready.
    fn gather(&mut self, held: &mut Held, task: &mut Task<'_>) {
        for _ in 0..FRAME_REPLIES {
            let Some(stream) = &mut held.stream else { return };
            let start = self.buffer.len();
            let item = match stream.as_mut().poll_next(task) {
                Poll::Pending => return,
                Poll::Ready(None) => return self.finish(held),
                Poll::Ready(Some(item)) => item,
            };
            let sent = item.and_then(|reply| self.encoder.item(&*reply, &mut self.buffer));
            match (sent, &mut held.recorder) {
                (Err(status), _) => return self.fail(held, &status),
                (Ok(Some(id)), Some(recorder)) => {
                    let id = self.buffer.get(id).unwrap_or_default();
                    let id = String::from_utf8_lossy(id).into_owned();
                    recorder.record(id, self.buffer.get(start..).unwrap_or_default());
                }
                (Ok(_), _) => {}
            }
            if self.buffer.len() >= FRAME_BYTES {
                return;
            }
        }
    }

    fn finish(&mut self, held: &mut Held) {
        held.stream = None;
        self.encoder.end(&mut self.buffer);
        if let Some(recorder) = &mut held.recorder {
            recorder.finish();
        }
    }

    fn fail(&mut self, held: &mut Held, status: &Status) {
        held.stream = None;
        if self.encoder.fail(status, &mut self.buffer) == Failed::Break {
            self.broken = Broken::AfterFlush;
        }
    }

    /// A sign of life, once the stream has been silent for long.
    fn poll_heartbeat(&mut self, task: &mut Task<'_>) {
        let Some(heartbeat) = &mut self.heartbeat else { return };
        if heartbeat.sleep.as_mut().poll(task).is_ready() {
            self.encoder.heartbeat(&mut self.buffer);
        }
    }

    fn frame(&mut self) -> Frame<Bytes> {
        if let Some(heartbeat) = &mut self.heartbeat {
            heartbeat.sleep.as_mut().reset(Instant::now() + heartbeat.period);
        }
        Frame::data(Bytes::from(std::mem::take(&mut self.buffer)))
    }
}

impl Body for Sending {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Self { seat, writer } = self.get_mut();
        // What another connection goes on with must not look like its end here.
        seat.read(task, |held, task| writer.poll_frame(held, task))
            .unwrap_or_else(|| Poll::Ready(Some(Err("the stream goes on elsewhere".into()))))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt as _, StreamExt as _, stream};
    use http::HeaderMap;
    use http_body_util::BodyExt;

    use super::*;
    use crate::codec::Message;
    use crate::service::StreamForm;
    use crate::status::ErrorShape;

    /// How many events each frame has of a stream with so many ready replies,
    /// which then waits.
    fn frames(ready: usize) -> Vec<usize> {
        let reply = || -> Result<Box<dyn Message>, Status> {
            Ok(Box::new(prost_types::Duration::default()))
        };
        let replies = stream::repeat_with(reply).take(ready).chain(stream::pending());
        let output = prost_types::Duration::default().message_type();
        let settings = Settings::new(None, output, None, ErrorShape::Aip193);
        let sent = crate::sse::form(&HeaderMap::new(), StreamForm::Sse).unwrap();
        let mut sending = Sending::new(Some(Box::pin(replies)), sent, settings, 0, None, &[]);
        let mut counts = Vec::new();
        while let Some(frame) = BodyExt::frame(&mut sending).now_or_never() {
            let data = frame.unwrap().unwrap().into_data().unwrap();
            counts.push(String::from_utf8(data.to_vec()).unwrap().matches("\nid: ").count());
        }
        counts
    }

    #[tokio::test]
    async fn what_is_ready_together_leaves_in_one_frame() {
        assert_eq!(frames(10), [10]);
        assert_eq!(frames(3), [3]);
    }

    #[tokio::test]
    async fn a_stream_that_is_always_ready_is_cut_into_frames() {
        assert_eq!(frames(65), [64, 1]);
    }
}

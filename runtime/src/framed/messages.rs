//! The body of a request as messages.

use std::pin::Pin;
use std::task::{Context as Task, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt as _;
use http_body::Body;
use tower::BoxError;

use super::frame::{PREFIX, Prefix};
use super::{Format, gzip};
use crate::Status;
use crate::codec::{Message, MessageType, json};
use crate::server::{Allowance, Gathered};
use crate::status::Reason;

/// How the messages of a request are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    pub(crate) input: &'static MessageType,
    pub(crate) format: Format,
    /// How JSON is read.
    pub(crate) json: json::Options,
    /// The longest message, in bytes, unpacked.
    pub(crate) limit: usize,
    /// What all messages hold together at most, where there may be several.
    pub(crate) total: Option<Allowance>,
    /// Whether messages may be compressed with gzip.
    pub(crate) gzip: bool,
}

/// The messages of a request, as they come in. The first error is the last item.
pub(crate) struct Messages<B> {
    body: B,
    reading: Reading,
    held: Gathered,
    refused: Option<Refused>,
    over: bool,
}

/// Why the next message is none, and how many bytes of it are thrown away
/// first: on HTTP/1 a refusal does not reach a client that is still sending.
struct Refused {
    status: Status,
    left: usize,
}

impl<B> Messages<B>
where
    B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    pub(crate) fn new(body: B, reading: Reading) -> Self {
        Self { body, reading, held: Gathered::default(), refused: None, over: false }
    }

    /// The message of a request that has exactly one.
    ///
    /// # Errors
    /// It has none or several, or the one is broken.
    #[expect(clippy::manual_async_fn, reason = "an async fn stores all that it takes twice")]
    pub(crate) fn one(mut self) -> impl Future<Output = Result<Box<dyn Message>, Status>> {
        async move {
            let count = |text: &'static str| Reason::WrongMessageCount.status(text);
            let first = self.next().await;
            let only =
                first.ok_or_else(|| count("the request holds no message, but one is due"))?;
            match self.next().await {
                Some(Ok(_)) => Err(count("the request holds several messages, but one is due")),
                Some(Err(status)) => Err(status),
                None => only,
            }
        }
    }

    fn poll(&mut self, task: &mut Task<'_>) -> Poll<Result<Option<Box<dyn Message>>, Status>> {
        loop {
            match message(&mut self.held, &mut self.reading) {
                Ok(None) => {}
                Ok(Some(bytes)) => {
                    let Reading { input, format, json, .. } = &self.reading;
                    return Poll::Ready(format.read(input, bytes, json).map(Some));
                }
                Err(refused) => {
                    let refused = self.refused.insert(refused);
                    ready!(refused.poll_rest(&mut self.body, task));
                    return Poll::Ready(Err(refused.status.clone()));
                }
            }
            match ready!(Pin::new(&mut self.body).poll_frame(task)) {
                // Whatever else a frame may be carries no message.
                Some(Ok(frame)) => self.held.push(frame.into_data().unwrap_or_default()),
                Some(Err(error)) => return Poll::Ready(Err(broken(error.into()))),
                None if self.held.bytes().is_empty() => return Poll::Ready(Ok(None)),
                None => {
                    let status = Reason::MalformedFrame.status("the request ends within a message");
                    return Poll::Ready(Err(status));
                }
            }
        }
    }
}

impl<B> Stream for Messages<B>
where
    B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    type Item = Result<Box<dyn Message>, Status>;

    fn poll_next(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        let own = self.get_mut();
        if own.over {
            return Poll::Ready(None);
        }
        let item = ready!(own.poll(task)).transpose();
        own.over = !matches!(item, Some(Ok(_)));
        Poll::Ready(item)
    }
}

/// The status of a body that cannot be read on: its own, or that of a caller
/// who went away.
fn broken(error: BoxError) -> Status {
    match error.downcast::<Status>() {
        Ok(status) => *status,
        Err(error) => {
            let text = format!("the request broke off: {error}");
            Reason::RequestCutOff.status(text).with_source(error)
        }
    }
}

/// The next message, once all of it is there.
///
/// # Errors
/// Its prefix is broken, or it is too long.
fn message(held: &mut Gathered, reading: &mut Reading) -> Result<Option<Bytes>, Refused> {
    let Some(prefix) = held.bytes().first_chunk() else { return Ok(None) };
    let Prefix { compressed, length } = Prefix::read(*prefix)?;
    let limit = reading.limit;
    if compressed && !reading.gzip {
        let text = "a message is compressed, but no header says how";
        return Err(Reason::MalformedFrame.status(text).into());
    }
    if length > limit {
        let status = Status::too_long(format_args!("a message of {length} bytes"), limit);
        let left = length.saturating_sub(held.bytes().len() - PREFIX);
        // What is much too long is not even read.
        let left = if left > limit.saturating_mul(2) { 0 } else { left };
        return Err(Refused { status, left });
    }
    if held.bytes().len() - PREFIX < length {
        return Ok(None);
    }
    held.take(PREFIX);
    let message = held.take(length);
    let message = if compressed { gzip::unpack(message, limit)? } else { message };
    reading.total.as_mut().map_or(Ok(()), |total| total.spend(message.len()))?;
    Ok(Some(message))
}

impl Refused {
    /// Waits for the end of what is thrown away.
    fn poll_rest<B>(&mut self, body: &mut B, task: &mut Task<'_>) -> Poll<()>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        while self.left > 0 {
            match ready!(Pin::new(&mut *body).poll_frame(task)) {
                Some(Ok(frame)) => {
                    let length = frame.data_ref().map_or(0, Bytes::len);
                    self.left = self.left.saturating_sub(length);
                }
                Some(Err(_)) | None => self.left = 0,
            }
        }
        Poll::Ready(())
    }
}

impl From<Status> for Refused {
    fn from(status: Status) -> Self {
        Self { status, left: 0 }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use http_body::Frame;
    use http_body_util::StreamBody;

    use super::*;
    use crate::Code;
    use crate::codec::wkt;

    /// A duration of 7 s, and its prefix.
    const SEVEN: &[u8] = b"\0\0\0\0\x02\x08\x07";

    fn messages(
        frames: Vec<&'static [u8]>,
    ) -> Messages<impl Body<Data = Bytes, Error = Infallible> + Unpin> {
        let frames = frames.into_iter().map(|bytes| Ok(Frame::data(Bytes::from_static(bytes))));
        let body = StreamBody::new(futures_util::stream::iter(frames));
        let (format, json) = (Format::Proto, json::Options::DEFAULT);
        Messages::new(
            body,
            Reading { input: &wkt::DURATION, format, json, limit: 10, total: None, gzip: false },
        )
    }

    async fn refused(frames: Vec<&'static [u8]>) -> Code {
        messages(frames).one().await.unwrap_err().code()
    }

    #[tokio::test]
    async fn messages_are_found_however_the_frames_cut_them() {
        for size in 1..=2 * SEVEN.len() {
            let body: &'static [u8] = [SEVEN, SEVEN].concat().leak();
            let read: Vec<_> = messages(body.chunks(size).collect()).collect().await;
            let read: Vec<_> = read.into_iter().map(|item| item.unwrap().to_proto()).collect();
            assert_eq!(read, [&SEVEN[5..], &SEVEN[5..]], "{size}");
        }
    }

    #[tokio::test]
    async fn a_request_of_one_message_has_neither_none_nor_two() {
        assert_eq!(messages(vec![SEVEN]).one().await.unwrap().to_proto(), &SEVEN[5..]);
        assert_eq!(refused(vec![]).await, Code::Unimplemented);
        assert_eq!(refused(vec![SEVEN, SEVEN]).await, Code::Unimplemented);
    }

    #[tokio::test]
    async fn broken_messages_are_refused_by_their_prefix() {
        assert_eq!(refused(vec![&SEVEN[..6]]).await, Code::Internal);
        assert_eq!(refused(vec![b"\x01\0\0\0\x02\x08\x07"]).await, Code::Internal);
        assert_eq!(refused(vec![b"\x07\0\0\0\x02\x08\x07"]).await, Code::Internal);
        assert_eq!(refused(vec![b"\0\0\0\0\x0b"]).await, Code::ResourceExhausted);
        assert_eq!(refused(vec![b"\0\xff\xff\xff\xff"]).await, Code::ResourceExhausted);
    }
}

//! Streams of JSON over HTTP, cut into lines and those into events: NDJSON has
//! one message a line, server-sent events have fields and blank lines.

use bytes::{Buf as _, Bytes, BytesMut};
use reqwest::Response;

use super::reply::too_long;
use super::unreachable;
use crate::Status;

/// One unit of a stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A line of NDJSON: a message or an error.
    Line(Bytes),
    /// The data of an event.
    Message(Bytes),
    /// The data of an `error` event.
    Error(Bytes),
}

/// Chunks of bytes: a response, or a test's.
pub(super) trait Chunks: Send {
    /// The next chunk; `None` at the end.
    fn next(&mut self) -> impl Future<Output = Result<Option<Bytes>, Status>> + Send;
}

impl Chunks for Response {
    async fn next(&mut self) -> Result<Option<Bytes>, Status> {
        self.chunk().await.map_err(unreachable)
    }
}

/// Chunks, cut at line ends.
pub(super) struct Lines<C> {
    chunks: C,
    buffer: BytesMut,
    /// How much of the buffer is known to hold no line end.
    searched: usize,
    limit: usize,
}

impl<C: Chunks> Lines<C> {
    pub(super) fn new(chunks: C, limit: usize) -> Self {
        Self { chunks, buffer: BytesMut::new(), searched: 0, limit }
    }

    /// The next line without its end; an unended last line is one as well.
    async fn next(&mut self) -> Result<Option<Bytes>, Status> {
        loop {
            let fresh = self.buffer.get(self.searched..).unwrap_or_default();
            if let Some(at) = fresh.iter().position(|byte| *byte == b'\n') {
                let line = self.buffer.split_to(self.searched + at).freeze();
                self.buffer.advance(1);
                self.searched = 0;
                return Ok(Some(without_return(line)));
            }
            self.searched = self.buffer.len();
            if self.searched > self.limit {
                return Err(too_long());
            }
            match self.chunks.next().await? {
                Some(chunk) => self.buffer.extend_from_slice(&chunk),
                None if self.buffer.is_empty() => return Ok(None),
                None => {
                    self.searched = 0;
                    return Ok(Some(without_return(self.buffer.split().freeze())));
                }
            }
        }
    }
}

fn without_return(mut line: Bytes) -> Bytes {
    if line.last() == Some(&b'\r') {
        line.truncate(line.len() - 1);
    }
    line
}

/// Lines, read as events.
pub(super) struct Events<C> {
    lines: Lines<C>,
    sse: bool,
}

impl<C: Chunks> Events<C> {
    pub(super) fn sse(lines: Lines<C>) -> Self {
        Self { lines, sse: true }
    }

    pub(super) fn ndjson(lines: Lines<C>) -> Self {
        Self { lines, sse: false }
    }

    /// The next event; `None` at the end of the stream.
    pub(super) async fn next(&mut self) -> Result<Option<Event>, Status> {
        if self.sse {
            return self.next_sse().await;
        }
        while let Some(line) = self.lines.next().await? {
            if !line.is_empty() {
                return Ok(Some(Event::Line(line)));
            }
        }
        Ok(None)
    }

    /// An event that the end of the stream cuts is dropped, as the standard asks.
    async fn next_sse(&mut self) -> Result<Option<Event>, Status> {
        let (mut data, mut name) = (None::<BytesMut>, Bytes::new());
        while let Some(line) = self.lines.next().await? {
            if line.is_empty() {
                match data.take().map(BytesMut::freeze) {
                    Some(data) if name == "error" => return Ok(Some(Event::Error(data))),
                    // Our own servers say that nothing more comes.
                    Some(_) if name == "end" => return Ok(None),
                    Some(data) => return Ok(Some(Event::Message(data))),
                    None => name.clear(),
                }
                continue;
            }
            match field(&line) {
                (b"data", value) => match &mut data {
                    Some(data) if data.len() + value.len() > self.lines.limit => {
                        return Err(too_long());
                    }
                    Some(data) => {
                        data.extend_from_slice(b"\n");
                        data.extend_from_slice(value);
                    }
                    None => data = Some(BytesMut::from(value)),
                },
                (b"event", value) => name = Bytes::copy_from_slice(value),
                // Ids, retry times and comments mean nothing to one call.
                _ => {}
            }
        }
        Ok(None)
    }
}

/// The name and the value of a line; one space after the colon is not part of it.
fn field(line: &[u8]) -> (&[u8], &[u8]) {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else {
        return (line, b"");
    };
    let (name, value) = line.split_at(colon);
    let value = value.strip_prefix(b":").unwrap_or(value);
    (name, value.strip_prefix(b" ").unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Given(std::vec::IntoIter<&'static [u8]>);

    impl Chunks for Given {
        async fn next(&mut self) -> Result<Option<Bytes>, Status> {
            Ok(self.0.next().map(Bytes::from_static))
        }
    }

    fn lines(text: &'static str, size: usize) -> Lines<Given> {
        let chunks: Vec<_> = text.as_bytes().chunks(size).collect();
        Lines::new(Given(chunks.into_iter()), 64)
    }

    async fn all(mut events: Events<Given>) -> Vec<Event> {
        let mut found = Vec::new();
        while let Some(event) = events.next().await.unwrap() {
            found.push(event);
        }
        found
    }

    #[tokio::test]
    async fn lines_are_found_however_the_bytes_are_cut() {
        for size in 1..12 {
            let found = all(Events::ndjson(lines("{\"a\":1}\n\r\n{}\r\n{\"b\":2}", size))).await;
            let expected = ["{\"a\":1}", "{}", "{\"b\":2}"].map(|line| Event::Line(line.into()));
            assert_eq!(found, expected, "in chunks of {size}");
        }
    }

    #[tokio::test]
    async fn events_keep_their_data_and_kind() {
        let text = ": hi\n\nid: 7\ndata: {\"a\":\ndata: 1}\n\nevent: error\ndata:{}\n\ndata: cut";
        for size in 1..12 {
            let found = all(Events::sse(lines(text, size))).await;
            let expected = [Event::Message("{\"a\":\n1}".into()), Event::Error("{}".into())];
            assert_eq!(found, expected, "in chunks of {size}");
        }
    }

    #[tokio::test]
    async fn an_endless_line_is_an_error() {
        let mut events = Events::ndjson(Lines::new(lines("0123456789", 1).chunks, 4));
        assert_eq!(events.next().await.unwrap_err().code(), crate::Code::ResourceExhausted);
    }
}

//! Server-sent events: a stream of bytes, cut into lines and those into events.

use bytes::{Buf as _, Bytes, BytesMut};

use super::items::{Chunks, Item};
use super::reply::too_long;
use crate::Status;

/// Chunks, cut at line ends.
struct Lines<C> {
    chunks: C,
    buffer: BytesMut,
    /// How much of the buffer is known to hold no line end.
    searched: usize,
    limit: usize,
}

impl<C: Chunks> Lines<C> {
    fn new(chunks: C, limit: usize) -> Self {
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
pub(super) struct Events<C>(Lines<C>);

impl<C: Chunks> Events<C> {
    /// The events of a stream, their data at most `limit` bytes long.
    pub(super) fn new(chunks: C, limit: usize) -> Self {
        Self(Lines::new(chunks, limit))
    }

    /// The next event; `None` at the end of the stream. One that the end of
    /// the stream cuts is dropped, as the standard asks.
    pub(super) async fn next(&mut self) -> Result<Option<Item>, Status> {
        let (mut data, mut name) = (None::<BytesMut>, Bytes::new());
        while let Some(line) = self.0.next().await? {
            if line.is_empty() {
                match data.take().map(BytesMut::freeze) {
                    Some(data) if name == "error" => return Ok(Some(Item::Error(data))),
                    // Our own servers say that nothing more comes.
                    Some(_) if name == "end" => return Ok(None),
                    Some(data) => return Ok(Some(Item::Message(data))),
                    None => name.clear(),
                }
                continue;
            }
            match field(&line) {
                (b"data", value) => match &mut data {
                    Some(data) if data.len() + value.len() > self.0.limit => {
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
    use crate::client::rest::items::tests::Given;

    #[tokio::test]
    async fn events_keep_their_data_and_kind() {
        let text = ": hi\n\nid: 7\ndata: {\"a\":\ndata: 1}\n\nevent: error\ndata:{}\n\ndata: cut";
        for size in 1..12 {
            let mut events = Events::new(Given::new(text, size), 64);
            let mut found = Vec::new();
            while let Some(event) = events.next().await.unwrap() {
                found.push(event);
            }
            let expected = [Item::Message("{\"a\":\n1}".into()), Item::Error("{}".into())];
            assert_eq!(found, expected, "in chunks of {size}");
        }
    }

    #[tokio::test]
    async fn an_endless_line_is_an_error() {
        let mut events = Events::new(Given::new("data: 0123456789", 1), 8);
        assert_eq!(events.next().await.unwrap_err().code(), crate::Code::ResourceExhausted);
    }
}

//! A streamed reply, cut into its items as it comes in, whichever form the
//! server gives it.

use bytes::Bytes;
use reqwest::Response;

use super::events::Events;
use super::reply::too_long;
use super::{EVENT_STREAM, JSON, MAX_REPLY, NDJSON, SEQUENCE, unreachable};
use crate::Status;
use crate::codec::split::{Fault, Framing, Splitter};

/// One unit of a stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A document that is a message or an error, which its form alone tells.
    Document(Bytes),
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

/// The items of a stream in one of its forms.
pub(super) enum Items<C> {
    Events(Events<C>),
    Documents(Documents<C>),
}

impl<C: Chunks> Items<C> {
    /// The items of a stream of this media type, if it is one.
    pub(super) fn new(media: &str, chunks: C) -> Option<Self> {
        let framing = match media {
            EVENT_STREAM => return Some(Self::Events(Events::new(chunks, MAX_REPLY))),
            NDJSON | "application/ndjson" | "application/jsonl" => Framing::Lines,
            SEQUENCE => Framing::Sequence,
            JSON => Framing::Array { or_one: false },
            _ => return None,
        };
        Some(Self::Documents(Documents::new(framing, chunks, MAX_REPLY)))
    }

    /// The next item; `None` at the end of the stream.
    pub(super) async fn next(&mut self) -> Result<Option<Item>, Status> {
        match self {
            Self::Events(events) => events.next().await,
            Self::Documents(documents) => {
                Ok(documents.next().await?.map(|text| Item::Document(text.into())))
            }
        }
    }
}

/// The JSON documents of a stream.
pub(super) struct Documents<C> {
    /// `None` once they have ended.
    chunks: Option<C>,
    splitter: Splitter,
}

impl<C: Chunks> Documents<C> {
    fn new(framing: Framing, chunks: C, limit: usize) -> Self {
        Self { chunks: Some(chunks), splitter: Splitter::new(framing, limit) }
    }

    async fn next(&mut self) -> Result<Option<Vec<u8>>, Status> {
        loop {
            if let Some(document) = self.splitter.next().map_err(broken)? {
                return Ok(Some(document.text));
            }
            let Some(chunks) = &mut self.chunks else { return Ok(None) };
            if let Some(chunk) = chunks.next().await? {
                self.splitter.push(&chunk);
            } else {
                self.chunks = None;
                self.splitter.finish();
            }
        }
    }
}

/// A stream that ends too early is what a broken connection is: worth another try.
fn broken(fault: Fault) -> Status {
    match fault {
        Fault::TooLong => too_long(),
        Fault::CutOff(text) => Status::unavailable(format!("the reply broke off: {text}")),
        Fault::Malformed(text) => Status::internal(format!("the reply is malformed: {text}")),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::Code;

    pub(in super::super) struct Given(std::vec::IntoIter<&'static [u8]>);

    impl Given {
        /// A text that arrives in pieces.
        pub(in super::super) fn new(text: &'static str, size: usize) -> Self {
            Self(text.as_bytes().chunks(size).collect::<Vec<_>>().into_iter())
        }
    }

    impl Chunks for Given {
        async fn next(&mut self) -> Result<Option<Bytes>, Status> {
            Ok(self.0.next().map(Bytes::from_static))
        }
    }

    #[tokio::test]
    async fn every_form_has_the_same_documents() {
        for (media, text) in [
            (NDJSON, "{\"a\":1}\n\r\n{}\r\n{\"b\":2}"),
            ("application/jsonl", "{\"a\":1}\n{}\n{\"b\":2}\n"),
            (SEQUENCE, "\u{1e}{\"a\":1}\n\u{1e}{}\n\u{1e}{\"b\":2}\n"),
            (JSON, "[{\"a\":1}, {} ,{\"b\":2}]"),
        ] {
            let mut items = Items::new(media, Given::new(text, 3)).unwrap();
            let mut found = Vec::new();
            while let Some(item) = items.next().await.unwrap() {
                let Item::Document(text) = item else { panic!("{item:?}") };
                found.push(String::from_utf8(text.into()).unwrap().trim().to_owned());
            }
            assert_eq!(found, ["{\"a\":1}", "{}", "{\"b\":2}"], "{media}");
        }
        assert!(Items::new("text/html", Given::new("", 1)).is_none());
    }

    #[tokio::test]
    async fn an_array_that_is_not_closed_is_unavailable_after_its_elements() {
        let mut items = Items::new(JSON, Given::new("[{},", 1)).unwrap();
        assert_eq!(items.next().await.unwrap(), Some(Item::Document("{}".into())));
        assert_eq!(items.next().await.unwrap_err().code(), Code::Unavailable);
    }

    #[tokio::test]
    async fn an_endless_line_is_an_error() {
        let mut lines = Documents::new(Framing::Lines, Given::new("0123456789", 1), 4);
        assert_eq!(lines.next().await.unwrap_err().code(), Code::ResourceExhausted);
    }
}

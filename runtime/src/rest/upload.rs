//! Request streams over HTTP: NDJSON, a JSON sequence or a JSON array, read as
//! it comes in; a raw body as the chunks it arrives in.

use bytes::Bytes;
use futures_util::stream;
use http::HeaderMap;

use super::failure::Failure;
use super::overlay::{self, Beside};
use super::path::Capture;
use super::pieces::Pieces;
use super::query::QueryRules;
use super::request::{Reader, expect_utf8, is_json, is_raw, media_type, raw};
use crate::Status;
use crate::codec::split::{Document, Fault, Framing, Splitter};
use crate::codec::{Message, MessageType, WireError};
#[cfg(feature = "websocket")]
use crate::server::Allowance;
use crate::server::Received;
use crate::service::{HttpRoute, ReplyStream};
use crate::status::Reason;

/// What may be too long.
pub(super) const MESSAGE: &str = "a message of the stream";

/// The messages of a request body, each with the fields of path and query.
///
/// # Errors
/// The content type is none of a stream, or path and query make no message.
/// Errors of the body are items.
pub(super) fn messages(
    reader: Reader,
    input: &'static MessageType,
    beside: &Beside<'_>,
    headers: &HeaderMap,
    body: Received,
) -> Result<ReplyStream, Failure> {
    overlay::fragment(beside, input, None)?;
    let decode = Decoder::new(reader, input, beside);
    let pieces = Pieces::new(body, headers, reader.stream)?;
    if is_raw(input, beside.route.body) {
        let headers = headers.clone();
        return Ok(chunks(pieces, move |data| Ok(decode.chunk(&headers, &data)?)));
    }
    let framing = match media_type(headers).as_deref() {
        None | Some("application/x-ndjson" | "application/jsonl" | "application/ndjson") => {
            Framing::Lines
        }
        Some("application/json-seq") => Framing::Sequence,
        Some(media) if is_json(media) => Framing::Array { or_one: true },
        Some(media) => {
            let supported = "application/x-ndjson, application/json-seq or application/json";
            return Err(Failure::unsupported(media, supported));
        }
    };
    expect_utf8(headers)?;
    Ok(documents(pieces, framing, reader.limit, move |document| decode.nth(document)))
}

/// Makes messages of the pieces of a body; it outlives the request's head.
pub(super) struct Decoder {
    reader: Reader,
    input: &'static MessageType,
    route: &'static HttpRoute,
    captures: Vec<Capture>,
    query: Option<String>,
    rules: QueryRules,
}

impl Decoder {
    pub(super) fn new(reader: Reader, input: &'static MessageType, beside: &Beside<'_>) -> Self {
        Self {
            reader,
            input,
            route: beside.route,
            captures: beside.captures.to_vec(),
            query: beside.query.map(str::to_owned),
            rules: beside.rules,
        }
    }

    /// How much the messages of a stream hold together.
    #[cfg(feature = "websocket")]
    pub(super) fn allowance(&self) -> Allowance {
        self.reader.stream
    }

    /// The message of a whole document, or of the bytes of a raw body.
    #[cfg(feature = "websocket")]
    pub(super) fn piece(&self, piece: &Bytes) -> Result<Box<dyn Message>, WireError> {
        if is_raw(self.input, self.route.body) {
            return self.chunk(&HeaderMap::new(), piece);
        }
        self.document(piece)
    }

    /// As [`piece`](Self::piece), where it is one of a stream: errors say which.
    #[cfg(feature = "websocket")]
    pub(super) fn element(&self, index: usize, piece: &Bytes) -> Result<Box<dyn Message>, Status> {
        Ok(self.piece(piece).map_err(|error| error.inside(&format!("[{index}]")))?)
    }

    /// The message that path and query make.
    #[cfg(feature = "websocket")]
    pub(super) fn empty(&self) -> Result<Box<dyn Message>, WireError> {
        self.complete(self.input.from_proto(Bytes::new())?)
    }

    /// The message of a document of a body; errors say which, and where in the body.
    fn nth(&self, document: &Document) -> Result<Box<dyn Message>, Status> {
        let Document { text, index, start } = document;
        Ok(self.document(text).map_err(|error| {
            let error = error.placed(|line, column| start.of(line, column));
            match index {
                Some(index) => error.inside(&format!("[{index}]")),
                None => error,
            }
        })?)
    }

    fn document(&self, text: &[u8]) -> Result<Box<dyn Message>, WireError> {
        self.complete(self.reader.document(self.input, self.route.body, text)?)
    }

    fn chunk(&self, headers: &HeaderMap, data: &Bytes) -> Result<Box<dyn Message>, WireError> {
        self.complete(raw(self.input, self.route.body, headers, data)?)
    }

    fn complete(&self, mut message: Box<dyn Message>) -> Result<Box<dyn Message>, WireError> {
        let Self { route, captures, rules, .. } = self;
        let beside = Beside { route, captures, query: self.query.as_deref(), rules: *rules };
        let fragment = overlay::fragment(&beside, self.input, Some(&*message))?;
        if !fragment.is_empty() {
            message.merge_proto(fragment.freeze())?;
        }
        Ok(message)
    }
}

fn chunks(
    pieces: Pieces,
    decode: impl Fn(Bytes) -> Result<Box<dyn Message>, Status> + Send + 'static,
) -> ReplyStream {
    Box::pin(stream::unfold((Some(pieces), decode), |(pieces, decode)| async move {
        let mut pieces = pieces?;
        let item = pieces.next().await.transpose()?.and_then(&decode);
        let pieces = item.is_ok().then_some(pieces);
        Some((item, (pieces, decode)))
    }))
}

/// A body on its way through a splitter.
struct Documents<D> {
    /// `None` once it has ended.
    pieces: Option<Pieces>,
    splitter: Splitter,
    limit: usize,
    decode: D,
}

fn documents<D>(pieces: Pieces, framing: Framing, limit: usize, decode: D) -> ReplyStream
where
    D: Fn(&Document) -> Result<Box<dyn Message>, Status> + Send + 'static,
{
    let splitter = Splitter::new(framing, limit);
    let state = Documents { pieces: Some(pieces), splitter, limit, decode };
    Box::pin(stream::unfold(Some(state), |state| async move {
        let mut state = state?;
        let item = match state.next().await.transpose()? {
            Ok(document) => (state.decode)(&document),
            Err(status) => Err(status),
        };
        let rest = item.is_ok().then_some(state);
        Some((item, rest))
    }))
}

impl<D> Documents<D> {
    async fn next(&mut self) -> Result<Option<Document>, Status> {
        loop {
            if let Some(document) = self.splitter.next().map_err(|fault| self.refused(fault))? {
                return Ok(Some(document));
            }
            let Some(pieces) = &mut self.pieces else { return Ok(None) };
            if let Some(data) = pieces.next().await? {
                self.splitter.push(&data);
            } else {
                self.pieces = None;
                self.splitter.finish();
            }
        }
    }

    fn refused(&self, fault: Fault) -> Status {
        let (text, bytes) = match fault {
            Fault::TooLong => return Status::too_long(MESSAGE, self.limit),
            Fault::CutOff(text) => (text, 0),
            // The byte that cannot be counts, as it does in the faults of a document.
            Fault::Malformed(text) => (text, 1),
        };
        let (line, column) = self.splitter.spot().of(1, bytes);
        Reason::InvalidMessage.status(format!("{text} at line {line} column {column}"))
    }
}

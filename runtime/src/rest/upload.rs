//! Request streams over HTTP: NDJSON, a JSON sequence or a JSON array, read as
//! it comes in; a raw body as the chunks it arrives in.

use bytes::Bytes;
use futures_util::stream;
use http::HeaderMap;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;

use super::failure::Failure;
use super::overlay::{self, Beside};
use super::path::Capture;
use super::query::QueryRules;
use super::request::{Reader, is_json, is_raw, media_type, raw};
use crate::Status;
use crate::codec::split::{Fault, Framing, Splitter};
use crate::codec::{Message, MessageType};
use crate::server::Cut;
use crate::service::{HttpRoute, ReplyStream};

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
    body: Incoming,
) -> Result<ReplyStream, Failure> {
    overlay::fragment(beside, input, None)?;
    let decode = Decoder::new(reader, input, beside);
    if is_raw(input, beside.route.body) {
        let headers = headers.clone();
        return Ok(chunks(body, move |data| decode.chunk(&headers, &data)));
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
    Ok(documents(body, framing, reader.limit, move |text| decode.document(text)))
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

    /// The message of a whole document, or of the bytes of a raw body.
    #[cfg(feature = "websocket")]
    pub(super) fn piece(&self, piece: &Bytes) -> Result<Box<dyn Message>, Status> {
        if is_raw(self.input, self.route.body) {
            return self.chunk(&HeaderMap::new(), piece);
        }
        self.document(piece)
    }

    /// The message that path and query make.
    #[cfg(feature = "websocket")]
    pub(super) fn empty(&self) -> Result<Box<dyn Message>, Status> {
        self.complete(self.input.from_proto(Bytes::new())?)
    }

    fn document(&self, text: &[u8]) -> Result<Box<dyn Message>, Status> {
        self.complete(self.reader.document(self.input, self.route.body, text)?)
    }

    fn chunk(&self, headers: &HeaderMap, data: &Bytes) -> Result<Box<dyn Message>, Status> {
        self.complete(raw(self.input, self.route.body, headers, data)?)
    }

    fn complete(&self, mut message: Box<dyn Message>) -> Result<Box<dyn Message>, Status> {
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
    body: Incoming,
    decode: impl Fn(Bytes) -> Result<Box<dyn Message>, Status> + Send + 'static,
) -> ReplyStream {
    Box::pin(stream::unfold((Some(body), decode), |(body, decode)| async move {
        let mut body = body?;
        let item = next_chunk(&mut body).await.transpose()?.and_then(&decode);
        let body = item.is_ok().then_some(body);
        Some((item, (body, decode)))
    }))
}

/// A body on its way through a splitter.
struct Documents<D> {
    body: Option<Incoming>,
    splitter: Splitter,
    limit: usize,
    decode: D,
}

fn documents<D>(body: Incoming, framing: Framing, limit: usize, decode: D) -> ReplyStream
where
    D: Fn(&[u8]) -> Result<Box<dyn Message>, Status> + Send + 'static,
{
    let splitter = Splitter::new(framing, limit);
    let state = Documents { body: Some(body), splitter, limit, decode };
    Box::pin(stream::unfold(Some(state), |state| async move {
        let mut state = state?;
        let item = match state.next().await.transpose()? {
            Ok(text) => (state.decode)(&text),
            Err(status) => Err(status),
        };
        let rest = item.is_ok().then_some(state);
        Some((item, rest))
    }))
}

impl<D> Documents<D> {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Status> {
        loop {
            if let Some(text) = self.splitter.next().map_err(|fault| self.refused(fault))? {
                return Ok(Some(text));
            }
            let Some(body) = &mut self.body else { return Ok(None) };
            if let Some(data) = next_chunk(body).await? {
                self.splitter.push(&data);
            } else {
                self.body = None;
                self.splitter.finish();
            }
        }
    }

    fn refused(&self, fault: Fault) -> Status {
        match fault {
            Fault::TooLong => Status::out_of_range(format!(
                "a message of the stream is longer than {} bytes",
                self.limit
            )),
            Fault::CutOff(text) | Fault::Malformed(text) => Status::invalid_argument(text),
        }
    }
}

async fn next_chunk(body: &mut Incoming) -> Result<Option<Bytes>, Status> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(Cut::broken)?;
        // Trailers carry nothing here.
        if let Ok(data) = frame.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

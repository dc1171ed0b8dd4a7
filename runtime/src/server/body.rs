//! The body of every response: one enum, so that the common cases need no box.

use std::pin::Pin;
use std::task::{Context as Task, Poll};

use bytes::Bytes;
use http::Response;
use http::header::CONTENT_LENGTH;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::Full;
use tower::BoxError;
#[cfg(any(feature = "grpc", feature = "rest"))]
use {http_body_util::BodyExt as _, http_body_util::combinators::UnsyncBoxBody};

/// A response body of any transport.
pub(crate) enum Body {
    /// Bytes that are all there.
    Full(Full<Bytes>),
    /// Whatever streams.
    #[cfg(any(feature = "grpc", feature = "rest"))]
    Stream(UnsyncBoxBody<Bytes, BoxError>),
    /// Replies as messages with a prefix each.
    #[cfg(any(feature = "connect", feature = "grpc"))]
    Framed(crate::framed::Replies),
}

impl Body {
    /// A body that is all there; empty bytes are no body.
    pub(crate) fn full(bytes: impl Into<Bytes>) -> Self {
        Self::Full(Full::new(bytes.into()))
    }

    /// A body that comes piece by piece.
    #[cfg(any(feature = "grpc", feature = "rest"))]
    pub(crate) fn stream<B>(body: B) -> Self
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self::Stream(body.map_err(Into::into).boxed_unsync())
    }
}

/// The response to `HEAD`: what `GET` would say, without the body.
pub(super) fn without_body(response: Response<Body>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        parts.headers.insert(CONTENT_LENGTH, length.into());
    }
    Response::from_parts(parts, Body::full(""))
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.get_mut() {
            Self::Full(body) => Pin::new(body).poll_frame(task).map_err(|never| match never {}),
            #[cfg(any(feature = "grpc", feature = "rest"))]
            Self::Stream(body) => Pin::new(body).poll_frame(task),
            #[cfg(any(feature = "connect", feature = "grpc"))]
            Self::Framed(body) => Pin::new(body).poll_frame(task).map_err(|never| match never {}),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Full(body) => body.is_end_stream(),
            #[cfg(any(feature = "grpc", feature = "rest"))]
            Self::Stream(body) => body.is_end_stream(),
            #[cfg(any(feature = "connect", feature = "grpc"))]
            Self::Framed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Full(body) => body.size_hint(),
            #[cfg(any(feature = "grpc", feature = "rest"))]
            Self::Stream(body) => body.size_hint(),
            #[cfg(any(feature = "connect", feature = "grpc"))]
            Self::Framed(body) => body.size_hint(),
        }
    }
}

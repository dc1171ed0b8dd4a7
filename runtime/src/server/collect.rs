//! A whole request body, as far as a limit lets it be one.

use std::error::Error;

use bytes::Bytes;
use http_body::Body as _;
use http_body_util::BodyExt as _;
use tower::BoxError;

use super::{Gathered, Pace, Paced, Received};
use crate::status::Reason;
use crate::{Code, Status};

/// Why a body is not there.
#[derive(Debug)]
pub(crate) enum Cut {
    /// It is longer than this many bytes.
    TooLong(usize),
    /// It came too slowly.
    Late(Status),
    /// The caller went away, or sent what is no body.
    Broken(Status),
}

impl Cut {
    /// A body that broke off, or came too slowly.
    pub(crate) fn broken(error: impl Into<BoxError>) -> Self {
        match error.into().downcast::<Status>() {
            Ok(status) if status.code() == Code::DeadlineExceeded => Self::Late(*status),
            Ok(status) => Self::Broken(*status),
            Err(error) if is_malformed(error.as_ref()) => {
                let status =
                    Reason::MalformedRequest.status(format!("the body is malformed: {error}"));
                Self::Broken(status.with_source(error))
            }
            Err(error) => {
                let text = format!("the request body broke off: {error}");
                let status = Reason::RequestCutOff.status(text);
                Self::Broken(status.with_source(error))
            }
        }
    }
}

/// Whether a body is not framed as HTTP asks for, which hyper tells by the kind
/// of the error beneath its own.
fn is_malformed(error: &(dyn Error + 'static)) -> bool {
    use std::io::ErrorKind::{InvalidData, InvalidInput};

    let beneath = error.source().and_then(|source| source.downcast_ref::<std::io::Error>());
    beneath.is_some_and(|io| matches!(io.kind(), InvalidData | InvalidInput))
}

impl From<Cut> for Status {
    fn from(cut: Cut) -> Self {
        match cut {
            Cut::TooLong(limit) => Self::too_long("the request body", limit),
            Cut::Late(status) | Cut::Broken(status) => status,
        }
    }
}

/// The body, of at most `limit` bytes.
///
/// # Errors
/// It is longer, slower than its pace, or breaks off.
pub(crate) fn collect(
    body: Received,
    limit: usize,
    pace: Pace,
) -> impl Future<Output = Result<Bytes, Cut>> + Send {
    // What is much too long is not even read.
    let bound = limit.saturating_mul(2);
    // Made before the future: an async fn would store the body beside it.
    let mut body = Paced::new(body, pace);
    async move {
        if usize::try_from(body.size_hint().lower()).is_ok_and(|length| length > bound) {
            return Err(Cut::TooLong(limit));
        }
        let (mut gathered, mut length) = (Gathered::default(), 0);
        while let Some(frame) = body.frame().await {
            // Trailers say nothing here.
            let data = frame.map_err(Cut::broken)?.into_data().unwrap_or_default();
            length += data.len();
            if length <= limit {
                gathered.push(data);
            } else if length > bound {
                break;
            }
            // Between the two it is thrown away: on HTTP/1 a refusal does not reach
            // a client that is still sending.
        }
        if length > limit { Err(Cut::TooLong(limit)) } else { Ok(gathered.take_all()) }
    }
}

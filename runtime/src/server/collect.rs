//! A whole request body, as far as a limit lets it be one.

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};

use super::Gathered;
use crate::Status;

/// Why a body is not there.
#[derive(Debug)]
pub(crate) enum Cut {
    /// It is longer than this many bytes.
    TooLong(usize),
    /// The caller went away.
    Broken(Status),
}

impl Cut {
    /// A body that broke off.
    pub(crate) fn broken(error: hyper::Error) -> Self {
        let status = Status::cancelled(format!("the request body broke off: {error}"));
        Self::Broken(status.with_source(error))
    }
}

impl From<Cut> for Status {
    fn from(cut: Cut) -> Self {
        match cut {
            Cut::TooLong(limit) => {
                let text = format!("the request body is longer than {limit} bytes");
                Self::resource_exhausted(text)
            }
            Cut::Broken(status) => status,
        }
    }
}

/// The body, of at most `limit` bytes.
///
/// # Errors
/// It is longer, or breaks off.
pub(crate) async fn collect(mut body: Incoming, limit: usize) -> Result<Bytes, Cut> {
    if body.size_hint().lower() > u64::try_from(limit).unwrap_or(u64::MAX) {
        return Err(Cut::TooLong(limit));
    }
    let mut gathered = Gathered::default();
    while let Some(frame) = body.frame().await {
        // Trailers say nothing here.
        gathered.push(frame.map_err(Cut::broken)?.into_data().unwrap_or_default());
        if gathered.bytes().len() > limit {
            return Err(Cut::TooLong(limit));
        }
    }
    Ok(gathered.take_all())
}

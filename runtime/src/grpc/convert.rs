//! Statuses to tonic's and back.

use bytes::Bytes;
#[cfg(feature = "grpc")]
use http::{HeaderMap, HeaderName, HeaderValue};

#[cfg(feature = "client")]
use crate::Code;
use crate::Status;

/// The headers that say how a call ended, the first of them by its code.
#[cfg(feature = "grpc")]
static STATUS: [HeaderName; 3] = [
    HeaderName::from_static("grpc-status"),
    HeaderName::from_static("grpc-message"),
    HeaderName::from_static("grpc-status-details-bin"),
];

/// When a client that retries by itself may do so. Source: gRFC A6.
#[cfg(feature = "grpc")]
static RETRY_PUSHBACK: HeaderName = HeaderName::from_static("grpc-retry-pushback-ms");

/// The status with its details as `grpc-status-details-bin`.
///
/// The details repeat code and message: clients compare the two.
pub(crate) fn to_tonic(status: &Status) -> tonic::Status {
    let code = tonic::Code::from_i32(status.code().number());
    let plain = status.details().is_empty();
    let details = if plain { Bytes::new() } else { status.to_proto().into() };
    tonic::Status::with_details(code, status.message(), details)
}

/// How a call ended, beside the handler's trailers.
#[cfg(feature = "grpc")]
pub(super) fn trailers(end: Result<(), Status>, mut trailers: HeaderMap) -> HeaderMap {
    match end {
        Ok(()) => {
            let ok = HeaderValue::from_static("0");
            remove_status(&mut trailers);
            trailers.insert(&STATUS[0], ok);
        }
        Err(status) => write_status(&status, &mut trailers),
    }
    trailers
}

/// Removes a handler's own word for what says how the call ended.
#[cfg(feature = "grpc")]
pub(super) fn remove_status(headers: &mut HeaderMap) {
    for name in &STATUS {
        headers.remove(name);
    }
}

/// Writes the status into headers or trailers.
#[cfg(feature = "grpc")]
pub(super) fn write_status(status: &Status, headers: &mut HeaderMap) {
    remove_status(headers);
    // Message and details are escaped, so that nothing can be no header value;
    // were it so all the same, the code would still say that the call failed.
    if to_tonic(status).add_header(headers).is_err() {
        headers.insert(&STATUS[0], status.code().number().into());
    }
    if let Some(delay) = status.details().retry_after {
        let millis = u64::try_from(delay.as_micros().div_ceil(1000)).unwrap_or(u64::MAX);
        headers.insert(&RETRY_PUSHBACK, millis.into());
    }
}

/// The status that a peer or tonic itself made.
#[cfg(feature = "client")]
pub(crate) fn from_tonic(status: &tonic::Status) -> Status {
    if !status.details().is_empty() {
        let detailed = Status::from_proto(status.details());
        if detailed.code().number() == i32::from(status.code()) {
            return detailed;
        }
    }
    Status::new(Code::from_number(status.code().into()), status.message().to_owned())
}

//! Statuses to tonic's and back.

use bytes::Bytes;
use http::HeaderMap;
use tonic::metadata::MetadataMap;

use crate::{Code, Status};

/// The status with its details as `grpc-status-details-bin`, and with reply
/// headers.
///
/// The details repeat code and message: clients compare the two.
pub(crate) fn to_tonic(status: &Status, headers: HeaderMap) -> tonic::Status {
    let code = tonic::Code::from_i32(status.code().number());
    let plain = status.details().is_empty();
    let details = if plain { Bytes::new() } else { status.to_proto().into() };
    let metadata = MetadataMap::from_headers(headers);
    tonic::Status::with_details_and_metadata(code, status.message(), details, metadata)
}

/// The status that a peer or tonic itself made.
pub(crate) fn from_tonic(status: &tonic::Status) -> Status {
    if !status.details().is_empty() {
        let detailed = Status::from_proto(status.details());
        if detailed.code().number() == i32::from(status.code()) {
            return detailed;
        }
    }
    Status::new(Code::from_number(status.code().into()), status.message().to_owned())
}

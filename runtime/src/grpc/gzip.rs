//! Compression of single messages: which encodings a request names, gzip
//! itself, and a bound on what a small message may unpack to.
//!
//! Source: <https://github.com/grpc/grpc/blob/master/doc/compression.md>.

use std::io::{Read as _, Write as _};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::Status;

pub(super) static ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
pub(super) static ACCEPT: HeaderName = HeaderName::from_static("grpc-accept-encoding");
pub(super) const ACCEPTED: HeaderValue = HeaderValue::from_static("gzip,identity");
pub(super) const GZIP: HeaderValue = HeaderValue::from_static("gzip");

/// Whether the messages of a request may be compressed.
///
/// # Errors
/// They are, in another way than gzip.
pub(super) fn is_used(headers: &HeaderMap) -> Result<bool, Status> {
    let Some(encoding) = headers.get(&ENCODING) else { return Ok(false) };
    match encoding.as_bytes() {
        b"gzip" => Ok(true),
        b"identity" => Ok(false),
        other => Err(Status::unimplemented(format!(
            "this server does not read messages compressed with {}",
            other.escape_ascii()
        ))),
    }
}

/// Whether the caller reads gzip.
pub(super) fn is_accepted(headers: &HeaderMap) -> bool {
    let values = headers.get_all(&ACCEPT).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|name| name.trim() == "gzip")
}

/// Compresses a message.
///
/// # Errors
/// The compressor failed.
pub(super) fn pack(message: &[u8]) -> Result<Vec<u8>, Status> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(message).and_then(|()| out.finish()).map_err(|error| {
        Status::internal(format!("a reply cannot be compressed: {error}")).with_source(error)
    })
}

/// Unpacks a message of at most `limit` bytes.
///
/// # Errors
/// It is longer, or not gzip.
pub(super) fn unpack(message: &[u8], limit: usize) -> Result<Bytes, Status> {
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut out = Vec::new();
    let read = GzDecoder::new(message).take(most).read_to_end(&mut out);
    match read {
        Ok(length) if length > limit => Err(Status::resource_exhausted(format!(
            "a message unpacks to more than the limit of {limit} bytes"
        ))),
        Ok(_) => Ok(out.into()),
        Err(error) => Err(Status::internal(format!("a message is not gzip: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    #[test]
    fn what_was_packed_unpacks_up_to_the_limit() {
        let packed = pack(&[7; 1000]).unwrap();
        assert!(packed.len() < 100, "{}", packed.len());
        assert_eq!(unpack(&packed, 1000).unwrap(), &[7; 1000][..]);
        assert_eq!(unpack(&packed, 999).unwrap_err().code(), Code::ResourceExhausted);
        assert_eq!(unpack(b"no gzip", 999).unwrap_err().code(), Code::Internal);
    }

    #[test]
    fn other_encodings_than_gzip_are_refused() {
        let mut headers = HeaderMap::new();
        assert!(!is_used(&headers).unwrap());
        headers.insert(&ENCODING, GZIP);
        assert!(is_used(&headers).unwrap());
        headers.insert(&ENCODING, HeaderValue::from_static("zstd"));
        assert_eq!(is_used(&headers).unwrap_err().code(), Code::Unimplemented);
    }
}

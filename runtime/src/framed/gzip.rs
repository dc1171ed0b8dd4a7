//! Compression of single messages: whether a peer sends it and reads it, and
//! replies packed. Unpacking is [`codec::gzip`](crate::codec::gzip)'s.
//!
//! Source: <https://github.com/grpc/grpc/blob/master/doc/compression.md>.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::Status;
use crate::codec::gzip;
pub(crate) use crate::codec::gzip::unpack;
use crate::status::Reason;

pub(crate) const NAME: HeaderValue = HeaderValue::from_static("gzip");

/// Whether `header` says that messages are compressed.
///
/// # Errors
/// They are, in another way than gzip.
pub(crate) fn is_used(headers: &HeaderMap, header: &HeaderName) -> Result<bool, Status> {
    headers.get(header).map_or(Ok(false), |encoding| is_gzip(encoding.as_bytes()))
}

/// Whether an encoding is gzip rather than none.
///
/// # Errors
/// It is neither.
pub(crate) fn is_gzip(encoding: &[u8]) -> Result<bool, Status> {
    gzip::is_gzip(encoding).ok_or_else(|| {
        Reason::UnsupportedEncoding.status(format!(
            "this server does not read messages compressed with {}, only gzip",
            encoding.escape_ascii()
        ))
    })
}

/// Whether the caller reads gzip, as its list `header` says.
pub(crate) fn is_accepted(headers: &HeaderMap, header: &HeaderName) -> bool {
    let values = headers.get_all(header).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|name| {
        let (name, weight) = name.split_once(';').unwrap_or((name, ""));
        let refused = weight.trim().strip_prefix("q=").and_then(|q| q.parse().ok()) == Some(0.0);
        name.trim() == "gzip" && !refused
    })
}

/// Compresses a message.
///
/// # Errors
/// The compressor failed.
pub(crate) fn pack(message: &[u8]) -> Result<Vec<u8>, Status> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(message).and_then(|()| out.finish()).map_err(|error| {
        let text = format!("a reply cannot be compressed: {error}");
        Reason::InvalidReply.status(text).with_source(error)
    })
}

#[cfg(test)]
mod tests {
    use http::header::ACCEPT_ENCODING;

    use super::*;
    use crate::Code;

    #[test]
    fn what_was_packed_unpacks() {
        let packed = pack(&[7; 1000]).unwrap();
        assert!(packed.len() < 100, "{}", packed.len());
        assert_eq!(unpack(packed.into(), 1000).unwrap(), &[7; 1000][..]);
    }

    #[test]
    fn other_encodings_than_gzip_are_refused() {
        let header = HeaderName::from_static("grpc-encoding");
        let mut headers = HeaderMap::new();
        assert!(!is_used(&headers, &header).unwrap());
        headers.insert(&header, NAME);
        assert!(is_used(&headers, &header).unwrap());
        headers.insert(&header, HeaderValue::from_static("zstd"));
        assert_eq!(is_used(&headers, &header).unwrap_err().code(), Code::Unimplemented);
    }

    #[test]
    fn gzip_is_accepted_where_a_list_names_it_without_refusing_it() {
        let accepts = |list| {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(list))]);
            is_accepted(&headers, &ACCEPT_ENCODING)
        };
        assert!(accepts("gzip") && accepts("br, gzip;q=0.5, deflate"));
        assert!(!accepts("br") && !accepts("gzip;q=0, br") && !accepts(""));
    }
}

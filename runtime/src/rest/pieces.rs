//! A request body as it comes in, unpacked where its `Content-Encoding` says that
//! it is packed.

use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;

use super::failure::Failure;
use crate::Status;
use crate::codec::gzip::{Unpacker, is_gzip};
use crate::server::{Allowance, Cut, Received};

/// Whether a body is packed.
///
/// # Errors
/// It is, in another way than once with gzip.
pub(super) fn is_packed(headers: &HeaderMap) -> Result<bool, Failure> {
    let mut packed = false;
    for value in headers.get_all(header::CONTENT_ENCODING) {
        for coding in value.as_bytes().split(|byte| *byte == b',') {
            match is_gzip(coding.trim_ascii()) {
                Some(false) => {}
                Some(true) if !packed => packed = true,
                Some(true) | None => return Err(Failure::unsupported_coding()),
            }
        }
    }
    Ok(packed)
}

/// The bytes of a body, piece by piece.
pub(super) struct Pieces {
    body: Received,
    unpacker: Option<Unpacker>,
    allowance: Allowance,
}

impl Pieces {
    /// # Errors
    /// The body is packed in another way than with gzip.
    pub(super) fn new(
        body: Received,
        headers: &HeaderMap,
        allowance: Allowance,
    ) -> Result<Self, Failure> {
        let unpacker = is_packed(headers)?.then(Unpacker::new);
        Ok(Self { body, unpacker, allowance })
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// The body breaks off, is too long, or is not what its coding says.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Status> {
        let piece = self.unpacked().await?;
        self.allowance.spend(piece.as_ref().map_or(0, Bytes::len))?;
        Ok(piece)
    }

    async fn unpacked(&mut self) -> Result<Option<Bytes>, Status> {
        loop {
            if let Some(unpacker) = &mut self.unpacker
                && let Some(data) = unpacker.next()?
            {
                return Ok(Some(data));
            }
            let data = next_chunk(&mut self.body).await?;
            let Some(unpacker) = &mut self.unpacker else { return Ok(data) };
            match data {
                Some(packed) => unpacker.push(packed),
                None => return self.unpacker.take().map_or(Ok(None), Unpacker::finish),
            }
        }
    }
}

async fn next_chunk(body: &mut Received) -> Result<Option<Bytes>, Status> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(Cut::broken)?;
        // Trailers carry nothing here.
        if let Ok(data) = frame.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_body_is_packed_once_with_gzip_or_not_at_all() {
        let packed = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::CONTENT_ENCODING, HeaderValue::from_static(value));
            }
            is_packed(&headers).ok()
        };
        for plain in [&[][..], &["identity"], &[""], &["identity, Identity"]] {
            assert_eq!(packed(plain), Some(false), "{plain:?}");
        }
        for gzip in [&["gzip"][..], &["GZIP"], &["identity,gzip"], &["identity", "x-gzip"]] {
            assert_eq!(packed(gzip), Some(true), "{gzip:?}");
        }
        for other in [&["br"][..], &["gzip, gzip"], &["gzip", "br"], &["deflate"]] {
            assert_eq!(packed(other), None, "{other:?}");
        }
    }
}

//! One message on the wire: five bytes that say how it is written and how
//! long it is, then the message.
//!
//! Source: the gRPC over HTTP/2 protocol, `Length-Prefixed-Message`.

use bytes::{BufMut as _, BytesMut};

use super::gzip;
use crate::Status;
use crate::codec::Message;

/// The length of what comes before a message, in bytes.
pub(super) const PREFIX: usize = 5;

/// What comes before a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prefix {
    pub(super) compressed: bool,
    pub(super) length: usize,
}

impl Prefix {
    /// # Errors
    /// The first byte has no meaning.
    pub(super) fn read([flag, length @ ..]: [u8; PREFIX]) -> Result<Self, Status> {
        let compressed = match flag {
            0 => false,
            1 => true,
            _ => return Err(Status::internal(format!("a message begins with the flag {flag}"))),
        };
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        Ok(Self { compressed, length })
    }
}

/// Appends a message, or nothing on an error.
///
/// # Errors
/// It is longer than a prefix can say, or cannot be compressed.
pub(super) fn write(
    message: &dyn Message,
    compressed: bool,
    out: &mut BytesMut,
) -> Result<(), Status> {
    let start = out.len();
    out.reserve(PREFIX + message.proto_len());
    out.put_bytes(0, PREFIX);
    message.write_proto(out);
    let body = start + PREFIX;
    let length = if compressed {
        let packed = gzip::pack(&out[body..]);
        out.truncate(body);
        packed.map(|packed| out.extend_from_slice(&packed))
    } else {
        Ok(())
    };
    let length = length.and_then(|()| {
        u32::try_from(out.len() - body)
            .map_err(|_| Status::out_of_range("a reply is longer than 4 GiB"))
    });
    match length {
        Ok(length) => {
            out[start] = compressed.into();
            out[start + 1..body].copy_from_slice(&length.to_be_bytes());
            Ok(())
        }
        Err(status) => {
            out.truncate(start);
            Err(status)
        }
    }
}

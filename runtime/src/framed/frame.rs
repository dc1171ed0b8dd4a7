//! One message on the wire: five bytes that say how it is written and how
//! long it is, then the message.
//!
//! Sources: the gRPC over HTTP/2 protocol, `Length-Prefixed-Message`; the
//! Connect protocol, `Enveloped-Message`.

use bytes::{BufMut as _, Bytes, BytesMut};

use super::{Format, gzip};
use crate::Status;
use crate::codec::Message;
use crate::status::Reason;

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
            _ => {
                let text = format!("a message begins with the flag {flag}");
                return Err(Reason::MalformedFrame.status(text));
            }
        };
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        Ok(Self { compressed, length })
    }
}

/// Appends a message, or nothing on an error.
///
/// # Errors
/// It has no such format, is longer than a prefix can say, or cannot be compressed.
pub(super) fn write(
    message: &dyn Message,
    format: Format,
    compressed: bool,
    out: &mut BytesMut,
) -> Result<(), Status> {
    let start = out.len();
    out.reserve(PREFIX + message.proto_len());
    out.put_bytes(0, PREFIX);
    let written = format.write(message, out);
    match written.and_then(|()| seal(start, compressed, out)) {
        Ok(()) => Ok(()),
        Err(status) => {
            out.truncate(start);
            Err(status)
        }
    }
}

/// Compresses what stands behind the prefix at `start`, where it is asked for,
/// and fills in the prefix.
fn seal(start: usize, compressed: bool, out: &mut BytesMut) -> Result<(), Status> {
    let body = start + PREFIX;
    if compressed {
        let packed = gzip::pack(&out[body..])?;
        out.truncate(body);
        out.extend_from_slice(&packed);
    }
    let length = u32::try_from(out.len() - body)
        .map_err(|_| Reason::ReplyTooLarge.status("a reply is longer than 4 GiB"))?;
    out[start] = compressed.into();
    out[start + 1..body].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

/// What a protocol puts among the messages for an end of its own: bytes behind
/// a prefix with its flag.
pub(crate) fn prefixed(flag: u8, bytes: &[u8]) -> Bytes {
    // It is made of headers and a status, which no limit lets grow so long.
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut out = BytesMut::with_capacity(PREFIX + bytes.len());
    out.put_u8(flag);
    out.put_u32(length);
    out.put_slice(bytes);
    out.freeze()
}

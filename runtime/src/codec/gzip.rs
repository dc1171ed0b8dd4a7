//! Gzip from callers: whether it is what an encoding names, and what it unpacks
//! to, which a bound keeps from growing without end.

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;

use crate::Status;
use crate::status::Reason;

/// Whether the name of a content coding is that of gzip rather than of none;
/// `None` where it is neither. Names ignore case (RFC 9110, 8.4.1).
pub(crate) fn is_gzip(encoding: &[u8]) -> Option<bool> {
    let named = |names: &[&[u8]]| names.iter().any(|name| encoding.eq_ignore_ascii_case(name));
    match encoding {
        b"gzip" => Some(true),
        _ if named(&[b"gzip", b"x-gzip"]) => Some(true),
        _ if named(&[b"", b"identity"]) => Some(false),
        _ => None,
    }
}

/// Unpacks a message of at most `limit` bytes. One of no bytes is not packed.
///
/// # Errors
/// It is longer, or not gzip.
pub(crate) fn unpack(message: Bytes, limit: usize) -> Result<Bytes, Status> {
    if message.is_empty() {
        return Ok(message);
    }
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut out = Vec::new();
    let read = MultiGzDecoder::new(&message[..]).take(most).read_to_end(&mut out);
    match read {
        Ok(length) if length > limit => Err(Status::too_long("a message, unpacked,", limit)),
        Ok(_) => Ok(out.into()),
        Err(error) => Err(malformed(error)),
    }
}

fn malformed(error: std::io::Error) -> Status {
    Reason::MalformedRequest
        .status(format!("what is sent as gzip is none: {error}"))
        .with_source(error)
}

/// Unpacks a body as it comes in.
#[cfg(feature = "rest")]
pub(crate) struct Unpacker {
    decoder: flate2::write::MultiGzDecoder<Vec<u8>>,
    /// What has come and is not unpacked yet.
    packed: Bytes,
    begun: bool,
}

#[cfg(feature = "rest")]
impl Unpacker {
    /// How much is unpacked at once, in bytes. It unpacks to a thousand times as
    /// much at most, which the reader then sees before more is.
    const STEP: usize = 1 << 10;

    pub(crate) fn new() -> Self {
        let decoder = flate2::write::MultiGzDecoder::new(Vec::new());
        Self { decoder, packed: Bytes::new(), begun: false }
    }

    /// Takes what comes next, once [`next`](Self::next) has given all before it.
    pub(crate) fn push(&mut self, packed: Bytes) {
        self.packed = packed;
    }

    /// The next bytes; `None` where more input is needed.
    ///
    /// # Errors
    /// The input is not gzip.
    pub(crate) fn next(&mut self) -> Result<Option<Bytes>, Status> {
        use std::io::Write as _;

        while !self.packed.is_empty() {
            let step = self.packed.split_to(self.packed.len().min(Self::STEP));
            self.begun = true;
            let written = self.decoder.write_all(&step).and_then(|()| self.decoder.flush());
            written.map_err(malformed)?;
            if let Some(data) = self.unpacked() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }

    /// The last bytes, once all input has come; none where there was no input.
    ///
    /// # Errors
    /// The input is cut off.
    pub(crate) fn finish(mut self) -> Result<Option<Bytes>, Status> {
        if self.begun {
            self.decoder.try_finish().map_err(malformed)?;
        }
        Ok(self.unpacked())
    }

    fn unpacked(&mut self) -> Option<Bytes> {
        let data = std::mem::take(self.decoder.get_mut());
        (!data.is_empty()).then(|| data.into())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::Code;

    fn pack(bytes: &[u8]) -> Vec<u8> {
        let mut out = GzEncoder::new(Vec::new(), Compression::default());
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    }

    #[test]
    fn codings_go_by_their_names_in_any_case() {
        for (name, expected) in
            [("gzip", Some(true)), ("X-GZip", Some(true)), ("Identity", Some(false)), ("br", None)]
        {
            assert_eq!(is_gzip(name.as_bytes()), expected, "{name}");
        }
    }

    #[test]
    fn a_message_unpacks_up_to_the_limit() {
        let packed = Bytes::from(pack(&[7; 1000]));
        assert!(packed.len() < 100, "{}", packed.len());
        assert_eq!(unpack(packed.clone(), 1000).unwrap(), &[7; 1000][..]);
        assert_eq!(unpack(packed, 999).unwrap_err().code(), Code::ResourceExhausted);
        assert_eq!(unpack(Bytes::new(), 999).unwrap(), "");
    }

    /// RFC 1952, 2.2: members follow one another, and nothing else does.
    #[test]
    fn all_that_is_packed_is_read_and_nothing_else_may_follow() {
        let twice = [pack(b"a"), pack(b"b")].concat();
        assert_eq!(unpack(twice.into(), 10).unwrap(), "ab");
        let packed = pack(b"abc");
        for bad in
            [&b"no gzip"[..], &packed[..packed.len() - 1], &[&packed[..], b"garbage here"].concat()]
        {
            let status = unpack(bad.to_vec().into(), 999).unwrap_err();
            assert_eq!(status.code(), Code::InvalidArgument, "{}", bad.escape_ascii());
        }
    }

    #[cfg(feature = "rest")]
    #[test]
    fn a_body_unpacks_wherever_it_is_cut_and_must_be_whole() {
        let text = "0123456789".repeat(500);
        let packed = [pack(text.as_bytes()), pack(b"end")].concat();
        for size in [1, 7, packed.len()] {
            let mut unpacker = Unpacker::new();
            let mut out = Vec::new();
            for piece in packed.chunks(size) {
                unpacker.push(Bytes::copy_from_slice(piece));
                while let Some(data) = unpacker.next().unwrap() {
                    out.extend(data);
                }
            }
            out.extend(unpacker.finish().unwrap().unwrap_or_default());
            assert_eq!(out, [text.as_bytes(), b"end"].concat(), "in pieces of {size}");
        }
        assert_eq!(Unpacker::new().finish().unwrap(), None);
        let mut cut_off = Unpacker::new();
        cut_off.push(Bytes::copy_from_slice(&packed[..packed.len() - 1]));
        while cut_off.next().unwrap().is_some() {}
        assert_eq!(cut_off.finish().unwrap_err().code(), Code::InvalidArgument);
    }

    /// What a caller does not wait for does not wait in memory either.
    #[cfg(feature = "rest")]
    #[test]
    fn a_body_that_grows_is_unpacked_step_by_step() {
        let mut unpacker = Unpacker::new();
        unpacker.push(pack(&vec![0; 8 << 20]).into());
        let (mut longest, mut sum) = (0, 0);
        while let Some(data) = unpacker.next().unwrap() {
            longest = longest.max(data.len());
            sum += data.len();
        }
        sum += unpacker.finish().unwrap().unwrap_or_default().len();
        assert_eq!(sum, 8 << 20);
        assert!(longest < 2 << 20, "{longest}");
    }
}

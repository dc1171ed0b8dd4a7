//! `GET` with the message in the query: for rpcs without side effects, so that
//! browsers and proxies can keep replies.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use percent_encoding::percent_decode_str;

use crate::Status;
use crate::framed::{Format, gzip};
use crate::status::Reason;

/// Base64 for URLs, padded or not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A message as it stands in a query.
pub(super) struct Asked {
    pub(super) format: Format,
    pub(super) message: Bytes,
}

/// Whether a query is one of Connect: it says so, or has what none can lack.
pub(super) fn is_connect(query: &str) -> bool {
    let has = |name| values(query, name).next().is_some();
    has("connect") || (has("encoding") && has("message"))
}

/// Whether the query names an encoding that this server does not read.
pub(super) fn is_unsupported(query: &str) -> bool {
    let encoding = text(query, "encoding").ok().flatten();
    encoding.is_some_and(|encoding| Format::named(&encoding).is_none())
}

/// Reads the message, of at most `limit` bytes unpacked.
///
/// # Errors
/// A part is missing, malformed or given twice, or the message is longer.
pub(super) fn read(query: &str, limit: usize) -> Result<Asked, Status> {
    let version = text(query, "connect")?;
    if version.as_deref().is_some_and(|version| version != "v1") {
        return Err(Reason::MalformedRequest.status("the query parameter connect must be \"v1\""));
    }
    let encoding = text(query, "encoding")?.ok_or_else(|| missing("encoding"))?;
    let format = Format::named(&encoding).ok_or_else(|| {
        let text = format!("the encoding {encoding:?} is not supported: say proto or json");
        Reason::MalformedRequest.status(text)
    })?;
    let mut message = bytes(query, "message")?.ok_or_else(|| missing("message"))?;
    if text(query, "base64")?.as_deref() == Some("1") {
        message = BASE64.decode(message).map_err(|error| {
            Reason::MalformedRequest
                .status(format!("the message in the query is no base64: {error}"))
        })?;
    }
    let packed = gzip::is_gzip(&bytes(query, "compression")?.unwrap_or_default())?;
    let message = Bytes::from(message);
    let message = if packed { gzip::unpack(message, limit)? } else { message };
    Ok(Asked { format, message })
}

/// The raw values of a parameter.
fn values<'a>(query: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.filter_map(move |(key, value)| (key == name).then_some(value))
}

/// The decoded value of a parameter. A plus is a space, as in forms.
///
/// # Errors
/// It is given more than once, or holds a malformed escape.
fn bytes(query: &str, name: &str) -> Result<Option<Vec<u8>>, Status> {
    let mut values = values(query, name);
    let Some(value) = values.next() else { return Ok(None) };
    let refused =
        |fault| Err(Reason::MalformedRequest.status(format!("the parameter {name} {fault}")));
    if values.next().is_some() {
        return refused("is given more than once");
    }
    // What stands behind a percent sign is an escape.
    let escaped = |tail: &str| {
        tail.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    if !value.split('%').skip(1).all(escaped) {
        return refused("holds a malformed percent escape");
    }
    Ok(Some(percent_decode_str(&value.replace('+', " ")).collect()))
}

fn text(query: &str, name: &str) -> Result<Option<String>, Status> {
    let decoded = bytes(query, name)?.map(String::from_utf8).transpose();
    decoded.map_err(|_| Reason::MalformedRequest.status(format!("the parameter {name} is no text")))
}

fn missing(name: &str) -> Status {
    Reason::MalformedRequest.status(format!("the query parameter {name} is missing"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    fn message(query: &str) -> Result<Vec<u8>, Code> {
        let read = read(query, 100);
        read.map(|asked| asked.message.to_vec()).map_err(|status| status.code())
    }

    #[test]
    fn a_message_is_text_or_base64_with_or_without_padding() {
        assert_eq!(message("encoding=json&message=%7B%22a%22%3A+1%7D").unwrap(), br#"{"a": 1}"#);
        for text in ["-_8", "-_8=", "-_8%3D"] {
            let query = format!("connect=v1&base64=1&encoding=proto&message={text}");
            assert_eq!(message(&query).unwrap(), [0xfb, 0xff], "{text}");
        }
        assert_eq!(message("encoding=proto&message=").unwrap(), b"");
        // What is empty is not packed.
        assert_eq!(message("encoding=proto&compression=gzip&message=").unwrap(), b"");
    }

    #[test]
    fn a_packed_message_unpacks_up_to_the_limit() {
        let packed = |length| {
            let packed = gzip::pack(&vec![b'x'; length]).unwrap();
            let text = BASE64.encode(packed);
            message(&format!("base64=1&compression=gzip&encoding=proto&message={text}"))
        };
        assert_eq!(packed(100).unwrap().len(), 100);
        assert_eq!(packed(101), Err(Code::ResourceExhausted));
    }

    #[test]
    fn what_is_missing_or_malformed_is_refused() {
        for (query, code) in [
            ("encoding=proto", Code::InvalidArgument),
            ("message=a", Code::InvalidArgument),
            ("encoding=xml&message=a", Code::InvalidArgument),
            ("connect=v2&encoding=json&message=%7B%7D", Code::InvalidArgument),
            ("base64=1&encoding=proto&message=*", Code::InvalidArgument),
            ("compression=br&encoding=proto&message=a", Code::Unimplemented),
            ("encoding=%FF&message=a", Code::InvalidArgument),
            ("encoding=proto&message=%zz", Code::InvalidArgument),
            ("encoding=proto&message=a%2", Code::InvalidArgument),
            ("encoding=proto&message=a&message=b", Code::InvalidArgument),
            ("encoding=proto&message=a&encoding=json", Code::InvalidArgument),
            ("base64=1&compression=gzip&encoding=proto&message=AAAA", Code::InvalidArgument),
        ] {
            assert_eq!(message(query), Err(code), "{query}");
        }
    }
}

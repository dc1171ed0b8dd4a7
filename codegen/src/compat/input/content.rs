//! The bytes of one file or of standard input, unpacked, and what they are.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::error::InputError;

/// What one file holds.
#[derive(Debug)]
pub(super) enum Content {
    /// An encoded `FileDescriptorSet`.
    Image(Vec<u8>),
    /// The text of a `.proto` file.
    Text(String),
}

/// How many bytes a packed image may unpack to: no protobuf message is larger.
const MAX_UNPACKED: u64 = 2 << 30;

/// Reads a file.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, InputError> {
    fs::read(path).map_err(|error| InputError::unreadable(path.display(), error))
}

/// Reads standard input to its end.
pub(super) fn read_stdin() -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut bytes);
    read.map_err(|error| InputError::unreadable("standard input", error))?;
    Ok(bytes)
}

/// Says by the bytes alone what they are; `what` names them in errors.
pub(super) fn recognise(bytes: Vec<u8>, what: &str) -> Result<Content, InputError> {
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) { unpack(&bytes, what)? } else { bytes };
    if bytes.is_empty() {
        return Err(InputError::new(format!("`{what}` is empty")).hint(HOW_TO_MAKE));
    }
    if bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        return Err(InputError::new(format!("`{what}` is packed with zstd"))
            .hint("unpack it with `zstd -d`, or pack it with gzip"));
    }
    match String::from_utf8(bytes) {
        Ok(text) if is_text(&text) => text_content(text, what),
        Ok(text) => Ok(Content::Image(text.into_bytes())),
        Err(error) => Ok(Content::Image(error.into_bytes())),
    }
}

/// How to make an image, for errors.
pub(super) const HOW_TO_MAKE: &str = "make an image with `buf build -o image.binpb`, or with \
     `protoc --include_imports --include_source_info -o image.binpb FILE.proto`";

/// The lengths and tags of an image are control characters.
fn is_text(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c'))
}

fn text_content(text: String, what: &str) -> Result<Content, InputError> {
    match text.trim_start_matches('\u{feff}').trim_start().chars().next() {
        None => Err(InputError::new(format!("`{what}` is empty")).hint(HOW_TO_MAKE)),
        Some('{') => {
            let message = format!("`{what}` is an image in JSON, which is not supported");
            Err(InputError::new(message).hint(HOW_TO_MAKE))
        }
        Some(_) => Ok(Content::Text(text)),
    }
}

fn unpack(packed: &[u8], what: &str) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    let mut limited = MultiGzDecoder::new(packed).take(MAX_UNPACKED + 1);
    let read = limited.read_to_end(&mut bytes);
    read.map_err(|error| InputError::unreadable(what, format!("its gzip is damaged: {error}")))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_UNPACKED) {
        return Err(InputError::unreadable(what, "it unpacks to more than 2 GiB"));
    }
    Ok(bytes)
}

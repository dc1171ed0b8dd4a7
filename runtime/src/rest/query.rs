//! The query of a URL as pairs of decoded text.

use std::borrow::Cow;

use super::path::decode;
use crate::Status;

/// Parameters with a meaning to infrastructure, ignored unless the request
/// message has a field of that name.
pub(super) fn pairs(query: &str) -> Result<impl Iterator<Item = (String, String)>, Status> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    let pairs = parts.map(|part| {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        Ok((text(key)?, text(value)?))
    });
    Ok(pairs.collect::<Result<Vec<_>, Status>>()?.into_iter())
}

/// Decodes form encoding: a plus is a space.
fn text(encoded: &str) -> Result<String, Status> {
    let spaced = match encoded.contains('+') {
        true => Cow::Owned(encoded.replace('+', " ")),
        false => Cow::Borrowed(encoded),
    };
    Ok(decode(&spaced, |_| false)?.into_owned())
}

//! The query of a URL as pairs of decoded text.

use std::borrow::Cow;

use super::path::decode;
use crate::Status;

/// The pairs of a query, in order; a key without `=` has the empty value.
///
/// # Errors
/// A part holds a malformed escape or is not UTF-8.
pub(super) fn pairs(query: &str) -> Result<Vec<(String, String)>, Status> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    let pairs = parts.map(|part| {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        Ok((text(key)?, text(value)?))
    });
    pairs.collect()
}

/// Decodes form encoding: a plus is a space.
fn text(encoded: &str) -> Result<String, Status> {
    let plus = encoded.contains('+');
    let spaced = if plus { Cow::Owned(encoded.replace('+', " ")) } else { encoded.into() };
    Ok(decode(&spaced, |_| false)?.into_owned())
}

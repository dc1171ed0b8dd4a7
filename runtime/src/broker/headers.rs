//! Headers where there is no place for them: stored as a JSON array of pairs, which keeps
//! their order and repetitions. What cannot be read back is no reason to keep a message
//! from its consumer: it is marked, and what was stored is kept beside it.

#[cfg(any(feature = "redis", feature = "sqlite"))]
use std::borrow::Cow;

#[cfg(any(feature = "kafka", feature = "rabbitmq", feature = "redis", feature = "sqlite"))]
use base64::Engine as _;
#[cfg(any(feature = "kafka", feature = "rabbitmq", feature = "redis", feature = "sqlite"))]
use base64::engine::general_purpose::STANDARD;
#[cfg(any(feature = "redis", feature = "sqlite"))]
use bytes::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
#[cfg(any(feature = "kafka", feature = "rabbitmq", feature = "redis", feature = "sqlite"))]
use serde_json::{Value, json};

use super::DAMAGE;
#[cfg(any(feature = "kafka", feature = "rabbitmq", feature = "redis", feature = "sqlite"))]
use super::RAW;
use crate::Metadata;

/// What the value of a header cannot have, and what stands for it.
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%');

/// Notes what is wrong with a message.
pub(super) fn mark(headers: &mut Metadata, damage: &str) {
    headers.insert(DAMAGE, &utf8_percent_encode(damage, ENCODED).to_string());
}

/// Keeps what was stored, name by name.
#[cfg(any(feature = "kafka", feature = "rabbitmq", feature = "redis", feature = "sqlite"))]
pub(super) fn keep<'a>(
    headers: &mut Metadata,
    stored: impl IntoIterator<Item = (&'a [u8], &'a [u8])>,
) {
    let text = |bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(text) => Value::from(text),
        Err(_) => json!({ "base64": STANDARD.encode(bytes) }),
    };
    let pairs = stored.into_iter().map(|(name, value)| json!([text(name), text(value)]));
    headers.insert(RAW, &ascii(&pairs.collect()));
}

/// What a message has beside the headers that metadata can have, by its name, which may
/// be none of HTTP's. Other producers' alone: kept, so that dead letters have it still.
#[cfg(any(feature = "kafka", feature = "rabbitmq", feature = "redis", feature = "sqlite"))]
#[derive(Default)]
pub(super) struct Unfit(Vec<(Vec<u8>, Vec<u8>)>);

#[cfg(any(feature = "kafka", feature = "rabbitmq", feature = "redis", feature = "sqlite"))]
impl Unfit {
    pub(super) fn note(&mut self, name: &str, value: &[u8]) {
        self.0.push((name.into(), value.into()));
    }

    /// Puts all of it beside the headers.
    pub(super) fn keep(self, headers: &mut Metadata) {
        if !self.0.is_empty() {
            keep(headers, self.0.iter().map(|(name, value)| (&name[..], &value[..])));
        }
    }
}

/// JSON that fits the value of a header.
#[cfg(any(feature = "kafka", feature = "rabbitmq", feature = "redis", feature = "sqlite"))]
pub(super) fn ascii(value: &Value) -> String {
    use std::fmt::Write as _;
    let (mut text, mut units) = (String::new(), [0; 2]);
    for letter in value.to_string().chars() {
        if letter.is_ascii() && letter != '\u{7f}' {
            text.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut units) {
            // Writing to a text never fails.
            let _ = write!(text, "\\u{unit:04x}");
        }
    }
    text
}

#[cfg(any(feature = "redis", feature = "sqlite"))]
pub(super) fn write(headers: &Metadata) -> String {
    let pairs: Vec<_> = headers.iter().collect();
    // What few values go beyond: quotes, commas, brackets, an escaped letter.
    let bytes = pairs.iter().map(|(name, value)| name.len() + value.len() + 10).sum();
    let mut text = Vec::with_capacity(bytes);
    // Strings always have a JSON form, which is text.
    serde_json::to_writer(&mut text, &pairs).unwrap_or_default();
    String::from_utf8(text).unwrap_or_default()
}

/// A text, where it stands where that is possible.
#[cfg(any(feature = "redis", feature = "sqlite"))]
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// Reads what [`write`] wrote into the field of this name.
#[cfg(any(feature = "redis", feature = "sqlite"))]
pub(super) fn read(field: &str, text: &Bytes) -> Metadata {
    let pairs = match serde_json::from_slice::<Vec<(Text<'_>, Text<'_>)>>(text) {
        Ok(pairs) => pairs,
        Err(error) => {
            let mut headers = Metadata::new();
            mark(&mut headers, &format!("the stored headers are damaged: {error}"));
            keep(&mut headers, [(field.as_bytes(), &text[..])]);
            return headers;
        }
    };
    let (mut headers, mut unfit) = (Metadata::with_capacity(pairs.len()), Unfit::default());
    for (Text(name), Text(value)) in pairs {
        let fits = match &value {
            Cow::Borrowed(value) => headers.insert_shared(&name, text.slice_ref(value.as_bytes())),
            Cow::Owned(value) => headers.insert(&name, value),
        };
        if !fits {
            unfit.note(&name, value.as_bytes());
        }
    }
    unfit.keep(&mut headers);
    headers
}

#[cfg(all(test, any(feature = "redis", feature = "sqlite")))]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_none_of_http_are_kept_beside_the_headers() {
        let read = read("h", &Bytes::from(r#"[["a","1"],["my tenant","acme"],["größe","3"]]"#));
        assert_eq!(read.get("a"), Some("1"));
        let kept = r#"[["my tenant","acme"],["gr\u00f6\u00dfe","3"]]"#;
        assert_eq!((read.get(RAW), read.get(DAMAGE)), (Some(kept), None));
    }

    #[test]
    fn headers_come_back_and_damaged_ones_are_kept_as_they_were() {
        let mut headers = Metadata::new();
        headers.insert("a", "1");
        headers.insert("b", "\"2\"");
        let back = read("h", &write(&headers).into());
        assert_eq!((back.get("a"), back.get("b")), (Some("1"), Some("\"2\"")));
        let damaged = read("h", &Bytes::from("\u{fc}\n"));
        assert!(damaged.get(DAMAGE).is_some_and(|text| text.contains("damaged")));
        assert_eq!(damaged.get(RAW), Some(r#"[["h","\u00fc\n"]]"#));
        assert_eq!(
            read("h", &Bytes::from_static(&[0xff])).get(RAW),
            Some(r#"[["h",{"base64":"/w=="}]]"#)
        );
    }
}

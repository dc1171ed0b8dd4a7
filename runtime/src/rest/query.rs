//! The query of a URL: its pairs, and the rules by which they are read.

use std::borrow::Cow;

use super::path::decode;
use crate::codec::WireError;

/// How the queries of requests are read.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct QueryRules {
    /// Refuse keys that name no field of the request with 400, instead of
    /// ignoring them. Off by default. The system parameters of Google's APIs
    /// (`alt`, `key`, `fields`, `$…` and others) and `lastEventId` are ignored
    /// all the same, unless the message has such a field.
    pub reject_unknown: bool,
    /// Take `k=a,b` for two values where the field is a list of scalars. Off by
    /// default: a list is written `k=a&k=b`, and `a,b` is one value.
    pub comma_lists: bool,
    /// Take a plus for a space, as forms and most clients write it. On by
    /// default.
    pub plus_is_space: bool,
}

impl Default for QueryRules {
    fn default() -> Self {
        Self { reject_unknown: false, comma_lists: false, plus_is_space: true }
    }
}

impl QueryRules {
    /// As Envoy's transcoder reads queries by its defaults: a plus is a plus,
    /// and a key that names no field is refused.
    pub fn envoy() -> Self {
        Self { reject_unknown: true, comma_lists: false, plus_is_space: false }
    }

    /// The pairs of a query, in order; a key without `=` has the empty value.
    ///
    /// # Errors
    /// A part holds a malformed escape or is not UTF-8.
    pub(super) fn pairs(self, query: &str) -> Result<Vec<(String, String)>, WireError> {
        let parts = query.split('&').filter(|part| !part.is_empty());
        let pairs = parts.map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let key = self.text(key)?;
            let named = |fault: WireError| WireError::new(key.as_str(), fault.message());
            let value = self.text(value).map_err(named)?;
            Ok((key, value))
        });
        pairs.collect()
    }

    fn text(self, encoded: &str) -> Result<String, WireError> {
        let plus = self.plus_is_space && encoded.contains('+');
        let spaced = if plus { Cow::Owned(encoded.replace('+', " ")) } else { encoded.into() };
        Ok(decode(&spaced, false, |_| false)?.into_owned())
    }
}

/// Whether a key is none of the message's: a system parameter of Google's
/// APIs, or what a browser's `EventSource` resumes a stream by.
pub(super) fn is_system(key: &str) -> bool {
    const NAMES: [&str; 13] = [
        "access_token",
        "alt",
        "callback",
        "fields",
        "key",
        "lastEventId",
        "oauth_token",
        "prettyPrint",
        "quotaUser",
        "uploadType",
        "upload_protocol",
        "userIp",
        "xgafv",
    ];
    key.starts_with('$') || NAMES.contains(&key)
}

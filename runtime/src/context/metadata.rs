//! What travels beside a message: HTTP and gRPC headers, queue headers.

use http::{HeaderMap, HeaderName, HeaderValue};

/// Case-insensitive string headers, the same on every transport.
///
/// Values are text. Brokers carry all of it but control characters; HTTP and gRPC have
/// visible ASCII alone, so that other characters are percent-encoded where a context is
/// written, as `CloudEvents` asks for. What is no UTF-8 is skipped on reading.
#[derive(Clone, Debug, Default)]
pub struct Metadata(HeaderMap);

impl Metadata {
    /// No headers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The first value of `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.0.get(name)?.as_bytes()).ok()
    }

    /// Replaces every value of `name`; returns whether name and value are
    /// well-formed, and changes nothing where they are not.
    pub fn insert(&mut self, name: &str, value: &str) -> bool {
        let name = HeaderName::try_from(name);
        let value = HeaderValue::try_from(value);
        match (name, value) {
            (Ok(name), Ok(value)) => {
                self.0.insert(name, value);
                true
            }
            _ => false,
        }
    }

    /// Room for so many headers.
    #[cfg(feature = "queue")]
    pub(crate) fn with_capacity(headers: usize) -> Self {
        Self(HeaderMap::with_capacity(headers))
    }

    /// Replaces every value of a name that is there already; returns whether the value
    /// is well-formed, and changes nothing where it is not.
    pub(crate) fn set<V>(&mut self, name: &'static HeaderName, value: V) -> bool
    where
        HeaderValue: TryFrom<V>,
    {
        let Ok(value) = HeaderValue::try_from(value) else { return false };
        self.0.insert(name, value);
        true
    }

    /// Removes every value of `name`.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// All readable pairs, in the order of the transport.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, value)| {
            let text = std::str::from_utf8(value.as_bytes()).ok()?;
            Some((name.as_str(), text))
        })
    }

    /// Whether there is no header.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The underlying header map.
    pub fn as_headers(&self) -> &HeaderMap {
        &self.0
    }

    /// The underlying header map, by value.
    pub fn into_headers(self) -> HeaderMap {
        self.0
    }
}

impl From<HeaderMap> for Metadata {
    fn from(headers: HeaderMap) -> Self {
        Self(headers)
    }
}

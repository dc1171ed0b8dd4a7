//! What travels beside a message: HTTP and gRPC headers, queue headers.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::pairs::{self, Pairs};

/// Case-insensitive string headers, the same on every transport.
///
/// Values are text. Brokers carry all of it but control characters; HTTP and gRPC have
/// visible ASCII alone, so that other characters are percent-encoded where a context is
/// written, as `CloudEvents` asks for. What is no UTF-8 is skipped on reading.
#[derive(Clone, Debug, Default)]
pub struct Metadata(Form);

#[derive(Clone, Debug)]
enum Form {
    /// As they came over HTTP.
    Map(HeaderMap),
    Pairs(Pairs),
}

impl Default for Form {
    fn default() -> Self {
        Self::Pairs(Pairs::default())
    }
}

impl Metadata {
    /// No headers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The first value of `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = match &self.0 {
            Form::Map(map) => map.get(name),
            Form::Pairs(pairs) => pairs.get(name),
        };
        std::str::from_utf8(value?.as_bytes()).ok()
    }

    /// Replaces every value of `name`; returns whether name and value are
    /// well-formed, and there is room for them: there are at most 24,576 headers.
    /// Changes nothing otherwise.
    pub fn insert(&mut self, name: &str, value: &str) -> bool {
        HeaderValue::try_from(value).is_ok_and(|value| self.put(name, value))
    }

    /// The same of bytes that others have, too.
    #[cfg(any(feature = "redis", feature = "sqlite"))]
    pub(crate) fn insert_shared(&mut self, name: &str, value: bytes::Bytes) -> bool {
        HeaderValue::from_maybe_shared(value).is_ok_and(|value| self.put(name, value))
    }

    fn put(&mut self, name: &str, value: HeaderValue) -> bool {
        pairs::name(name).is_some_and(|name| self.put_named(name, value))
    }

    fn put_named(&mut self, name: HeaderName, value: HeaderValue) -> bool {
        if let Form::Pairs(pairs) = &mut self.0
            && pairs.are_many()
        {
            self.0 = Form::Map(std::mem::take(pairs).into_map());
        }
        match &mut self.0 {
            Form::Map(map) => map.try_insert(name, value).is_ok(),
            Form::Pairs(pairs) => {
                pairs.insert(name, value);
                true
            }
        }
    }

    /// No headers, and room for so many.
    #[cfg(feature = "queue")]
    pub(crate) fn with_capacity(headers: usize) -> Self {
        Self(Form::Pairs(Pairs::with_capacity(headers)))
    }

    /// No headers, and room for all that a message of ours has.
    #[cfg(feature = "queue")]
    pub(crate) fn for_message() -> Self {
        Self::with_capacity(12)
    }

    /// Replaces every value of a name that is there already; returns whether the value
    /// is well-formed, and changes nothing where it is not.
    pub(crate) fn set<V>(&mut self, name: &'static HeaderName, value: V) -> bool
    where
        HeaderValue: TryFrom<V>,
    {
        HeaderValue::try_from(value).is_ok_and(|value| self.put_named(name.clone(), value))
    }

    /// Removes every value of `name`.
    pub fn remove(&mut self, name: &str) {
        match &mut self.0 {
            Form::Map(map) => {
                map.remove(name);
            }
            Form::Pairs(pairs) => pairs.remove(name),
        }
    }

    /// All pairs, in the order of the transport.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&HeaderName, &HeaderValue)> {
        let (list, map) = match &self.0 {
            Form::Map(map) => (&[][..], Some(map)),
            Form::Pairs(pairs) => (pairs.list(), None),
        };
        list.iter().map(|(name, value)| (name, value)).chain(map.into_iter().flatten())
    }

    /// All readable pairs, in the order of the transport.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs().filter_map(|(name, value)| {
            let text = std::str::from_utf8(value.as_bytes()).ok()?;
            Some((name.as_str(), text))
        })
    }

    /// Whether there is no header.
    pub fn is_empty(&self) -> bool {
        self.pairs().next().is_none()
    }

    /// The headers as a map, which is made where there is none.
    pub fn as_headers(&self) -> &HeaderMap {
        match &self.0 {
            Form::Map(map) => map,
            Form::Pairs(pairs) => pairs.as_map(),
        }
    }

    /// The headers as a map, by value.
    pub fn into_headers(self) -> HeaderMap {
        match self.0 {
            Form::Map(map) => map,
            Form::Pairs(pairs) => pairs.into_map(),
        }
    }
}

impl From<HeaderMap> for Metadata {
    fn from(headers: HeaderMap) -> Self {
        Self(Form::Map(headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_headers_and_many_are_told_alike() {
        let mut metadata = Metadata::new();
        for number in 0..100 {
            assert!(metadata.insert(&format!("X-{number}"), "old"));
            assert!(metadata.insert(&format!("x-{number}"), &number.to_string()));
            assert!(!metadata.insert("no name", "") && !metadata.insert("x-0", "\n"));
            assert_eq!(metadata.as_headers().len(), number + 1);
            assert_eq!(metadata.iter().count(), number + 1);
            assert_eq!(metadata.get("X-0"), Some("0"));
            assert_eq!(metadata.clone().into_headers(), *metadata.as_headers());
        }
        for number in 0..100 {
            metadata.remove(&format!("X-{number}"));
            assert_eq!(metadata.get(&format!("x-{number}")), None);
        }
        assert!(metadata.is_empty() && metadata.as_headers().is_empty());
    }

    #[test]
    fn headers_without_end_are_refused() {
        let mut metadata = Metadata::new();
        let room = (0..100_000).position(|number| !metadata.insert(&format!("x-{number}"), "1"));
        assert_eq!(room, Some(24_576));
    }
}

//! Where a handle leads, as far as others may be told: no host, no credentials.

use std::sync::Arc;

use super::registry;

/// The kind of a broker, and what its names begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The name of its row in the registry; `custom` for a backend of one's own.
    pub(crate) protocol: &'static str,
    /// What names on the server begin with, where the URL says it.
    pub(crate) prefix: Option<Arc<str>>,
}

impl Origin {
    pub(super) const CUSTOM: Self = Self { protocol: "custom", prefix: None };

    /// What a URL says.
    pub(super) fn of(url: &str) -> Self {
        let name = url.split(':').next().unwrap_or_default();
        let Some(scheme) = registry::find(name) else { return Self::CUSTOM };
        let mut options = url.split_once('?').map_or("", |(_, query)| query).split('&');
        let prefix = options.find_map(|option| option.strip_prefix("prefix="));
        Self { protocol: scheme.name, prefix: prefix.map(Arc::from) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_tells_its_kind_and_its_prefix_alone() {
        assert_eq!(Origin::of("memory:?dedupe_window=1").protocol, "memory");
        assert_eq!(Origin::of("elsewhere:x"), Origin::CUSTOM);
        let origin = Origin::of("memory:?dedupe_window=1&prefix=mine");
        assert_eq!(origin.prefix.as_deref(), Some("mine"));
    }
}

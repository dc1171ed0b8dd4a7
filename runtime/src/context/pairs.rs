//! A few headers, one after the other, which is what a message of a queue has. A map of so
//! many is an allocation of over a KiB and a hash for each.

use std::sync::{Arc, OnceLock};

use http::{HeaderMap, HeaderName, HeaderValue};

/// How many are looked through, at most: a map finds one of more in less time.
const MOST: usize = 32;

/// The names that nearly every message has, for which nothing is allocated.
static COMMON: [HeaderName; 12] = [
    HeaderName::from_static("x-correlation-id"),
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("ce-specversion"),
    HeaderName::from_static("ce-id"),
    HeaderName::from_static("ce-source"),
    HeaderName::from_static("ce-type"),
    HeaderName::from_static("ce-time"),
    HeaderName::from_static("content-type"),
    HeaderName::from_static("ce-dataschema"),
    HeaderName::from_static("ce-deadline"),
    HeaderName::from_static("ce-replyto"),
    HeaderName::from_static("ce-causationid"),
];

/// The name, where it is one of a header.
pub(super) fn name(text: &str) -> Option<HeaderName> {
    match COMMON.iter().find(|common| common.as_str() == text) {
        Some(common) => Some(common.clone()),
        None => HeaderName::try_from(text).ok(),
    }
}

type List = Vec<(HeaderName, HeaderValue)>;

/// Headers of different names.
#[derive(Clone, Debug, Default)]
pub(super) struct Pairs {
    /// One list for all clones, until one of them changes: a message's headers are read in
    /// several places, and a clone of each value would be an allocation.
    list: Option<Arc<List>>,
    /// The same as a map, where that was asked for.
    map: OnceLock<Box<HeaderMap>>,
}

impl Pairs {
    #[cfg(feature = "queue")]
    pub(super) fn with_capacity(headers: usize) -> Self {
        Self { list: Some(Arc::new(Vec::with_capacity(headers))), map: OnceLock::new() }
    }

    pub(super) fn get(&self, name: &str) -> Option<&HeaderValue> {
        let found = self.list().iter().find(|(known, _)| is(known, name));
        found.map(|(_, value)| value)
    }

    /// Whether it is better to have a map from now on.
    pub(super) fn are_many(&self) -> bool {
        self.list().len() >= MOST
    }

    pub(super) fn insert(&mut self, name: HeaderName, value: HeaderValue) {
        let list = self.own();
        match list.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => list.push((name, value)),
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.own().retain(|(known, _)| !is(known, name));
    }

    pub(super) fn list(&self) -> &[(HeaderName, HeaderValue)] {
        self.list.as_deref().map_or(&[], Vec::as_slice)
    }

    /// The list, to be changed.
    fn own(&mut self) -> &mut List {
        self.map.take();
        Arc::make_mut(self.list.get_or_insert_default())
    }

    pub(super) fn as_map(&self) -> &HeaderMap {
        self.map.get_or_init(|| Box::new(self.list().iter().cloned().collect()))
    }

    pub(super) fn into_map(self) -> HeaderMap {
        self.list.map(Arc::unwrap_or_clone).into_iter().flatten().collect()
    }
}

fn is(known: &HeaderName, name: &str) -> bool {
    known.as_str().eq_ignore_ascii_case(name)
}

//! Method, path and custom verb to a route.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;

use super::captures::{captures, is_complete};
use super::trie::Trie;
use super::{Capture, Conflicts, PathRules, decode};
use crate::Status;
use crate::codec::WireError;
use crate::service::{HttpRoute, Segment};

/// The routes of a server, each with what it leads to.
pub(crate) struct Router<T> {
    trie: Trie,
    /// Routes whose template is a path itself, by that path: no other route
    /// fits such a request better.
    plain: HashMap<&'static str, Vec<usize>, foldhash::fast::RandomState>,
    routes: Vec<(&'static HttpRoute, T)>,
    /// The routes that match the requests of another one, and so are not
    /// served; see [`Conflicts::Unserved`].
    ambiguous: HashSet<usize>,
    verbs: HashSet<&'static str>,
    rules: PathRules,
}

/// What a method and a path lead to.
#[derive(Debug)]
pub(crate) enum Found<'r, T> {
    /// A route and the values of its variables.
    Route { route: &'static HttpRoute, target: &'r T, captures: Vec<Capture> },
    /// The path has routes, under these methods.
    OtherMethods(BTreeSet<&'static str>),
    /// The path has no route.
    Nothing,
}

impl<T> Router<T> {
    /// No routes.
    pub(crate) fn new(rules: PathRules) -> Self {
        Self {
            trie: Trie::default(),
            plain: HashMap::default(),
            routes: Vec::new(),
            ambiguous: HashSet::new(),
            verbs: HashSet::new(),
            rules,
        }
    }

    /// Adds a route.
    ///
    /// # Errors
    /// A route with the same method, shape and custom verb exists, whose
    /// target is returned, and the rules refuse such conflicts.
    pub(crate) fn add(&mut self, route: &'static HttpRoute, target: T) -> Result<(), &T> {
        let own = self.routes.len();
        let same_shape = self.trie.insert(route.segments, own);
        let twin = same_shape.iter().copied().find(|index| {
            let other = self.routes[*index].0;
            other.verb == route.verb && other.custom_verb == route.custom_verb
        });
        if let Some(twin) = twin {
            if self.rules.conflicts == Conflicts::Refused {
                return Err(&self.routes[twin].1);
            }
            self.ambiguous.extend([twin, own]);
        }
        self.verbs.extend(route.custom_verb);
        if is_plain(route) {
            self.plain.entry(route.template).or_default().push(own);
        }
        self.routes.push((route, target));
        Ok(())
    }

    /// The methods of all routes.
    pub(crate) fn methods(&self) -> BTreeSet<&'static str> {
        self.routes.iter().map(|(route, _)| route.verb).collect()
    }

    /// Finds the route for a method and a raw path.
    ///
    /// # Errors
    /// The path holds a malformed escape.
    pub(crate) fn find(&self, method: &str, path: &str) -> Result<Found<'_, T>, Status> {
        if let Some((route, target)) = self.plain(method, path) {
            return Ok(Found::Route { route, target, captures: Vec::new() });
        }
        let Some(mut path) = path.strip_prefix('/') else { return Ok(Found::Nothing) };
        let mut verbs = true;
        if let Some(rest) = path.strip_suffix('/').filter(|_| self.rules.lenient_slash) {
            path = rest;
            // A verb ends the path: one before a slash is part of its segment.
            verbs = false;
        }
        let mut raw: Vec<&str> = match path {
            "" => Vec::new(),
            _ => path.split('/').collect(),
        };
        let last = raw.last().copied().unwrap_or_default();
        // The longest verb first: it is the most specific one.
        for (colon, _) in last.match_indices(':') {
            let (Some(kept), Some(verb)) = (last.get(..colon), last.get(colon + 1..)) else {
                continue;
            };
            let verb = self.verb(verb)?;
            if !verbs || !self.verbs.contains(verb.as_ref()) {
                continue;
            }
            raw.pop();
            raw.push(kept);
            match self.search(method, &raw, Some(&verb))? {
                Found::Nothing if self.rules.reserve_verbs => return Ok(Found::Nothing),
                Found::Nothing => {}
                found => return Ok(found),
            }
        }
        if verbs && self.rules.reserve_colon && last.contains(':') {
            return Ok(Found::Nothing);
        }
        if raw.pop().is_some() {
            raw.push(last);
        }
        self.search(method, &raw, None)
    }

    /// Text behind a colon as it is compared with verbs: an escape of a character that
    /// needs none is that character (RFC 3986, 6.2.2.2).
    fn verb<'p>(&self, text: &'p str) -> Result<Cow<'p, str>, WireError> {
        let PathRules { raw_literals, lenient_escapes, .. } = self.rules;
        if raw_literals {
            return Ok(Cow::Borrowed(text));
        }
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        decode(text, lenient_escapes, |byte| !unreserved(byte))
    }

    fn plain(&self, method: &str, path: &str) -> Option<&(&'static HttpRoute, T)> {
        let indices = self.plain.get(path)?;
        self.served(indices).find(|(route, _)| route.verb == method)
    }

    /// The routes of these numbers, without ambiguous ones.
    fn served<'r, 'i>(
        &'r self,
        indices: &'i [usize],
    ) -> impl Iterator<Item = &'r (&'static HttpRoute, T)> + use<'r, 'i, T> {
        let served = indices.iter().filter(|index| !self.ambiguous.contains(index));
        served.filter_map(|index| self.routes.get(*index))
    }

    fn search(
        &self,
        method: &str,
        raw: &[&str],
        verb: Option<&str>,
    ) -> Result<Found<'_, T>, Status> {
        if raw.contains(&"") {
            return Ok(Found::Nothing);
        }
        let literals = self.literals(raw)?;
        let mut others = BTreeSet::new();
        let hit = self.trie.walk(&literals, &mut |indices| {
            let matching = self
                .served(indices)
                .filter(|(route, _)| route.custom_verb == verb && is_complete(route, raw))
                .inspect(|(route, _)| _ = others.insert(route.verb));
            match matching
                .filter_map(|own| Some((fit(own.0.verb, method)?, own)))
                .min_by_key(|p| p.0)
            {
                Some((_, own)) => ControlFlow::Break(own),
                None => ControlFlow::Continue(()),
            }
        });
        match hit {
            ControlFlow::Break((route, target)) => {
                let captures = captures(route, raw, self.rules)?;
                Ok(Found::Route { route, target, captures })
            }
            ControlFlow::Continue(()) if others.is_empty() || self.rules.hide_methods => {
                Ok(Found::Nothing)
            }
            ControlFlow::Continue(()) => Ok(Found::OtherMethods(others)),
        }
    }

    /// The segments of a path as they are compared with literals.
    fn literals<'p>(&self, raw: &[&'p str]) -> Result<Vec<Cow<'p, str>>, WireError> {
        let PathRules { raw_literals, lenient_escapes, .. } = self.rules;
        let segments = raw.iter().map(|segment| {
            let raw = Cow::Borrowed(*segment);
            if raw_literals { Ok(raw) } else { decode(segment, lenient_escapes, |_| false) }
        });
        segments.collect()
    }
}

/// Whether the template has no variables, no verb and no escapes: it matches
/// exactly the path that reads like it.
fn is_plain(route: &HttpRoute) -> bool {
    let literals = route.segments.iter().map(|segment| match segment {
        Segment::Literal(text) => Some(*text),
        Segment::Single | Segment::Rest => None,
    });
    let texts = route.template.strip_prefix('/').unwrap_or_default().split('/').map(Some);
    !route.template.contains([':', '%']) && literals.eq(texts)
}

/// How well a route's method fits the request's, 0 best: itself, `GET` for
/// `HEAD`, any but those that are for the server as a whole (RFC 9110, 9.3.6 and 9.3.8).
fn fit(route: &str, request: &str) -> Option<u8> {
    match route {
        _ if route == request => Some(0),
        "GET" if request == "HEAD" => Some(1),
        "*" if !matches!(request, "CONNECT" | "TRACE") => Some(2),
        _ => None,
    }
}

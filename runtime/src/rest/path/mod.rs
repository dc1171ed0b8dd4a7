//! From a request path to a route and the values of its variables: templates
//! of `google.api.http`, custom verbs and `**` with a tail included, which
//! routers of web frameworks cannot express.

mod captures;
mod percent;
mod router;
mod rules;
#[cfg(test)]
mod tests;
mod trie;
#[cfg(test)]
mod vectors;

pub(super) use captures::Capture;
pub(super) use percent::decode;
pub(super) use router::{Found, Router};
pub use rules::{Conflicts, Expansion, PathRules};

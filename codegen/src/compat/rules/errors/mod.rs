//! What callers are told when an rpc fails. No option of a contract declares
//! errors yet, so that no version can break them in a way that shows.

use crate::compat::rule::Rule;

/// The rules of the family.
pub(super) static RULES: &[Rule] = &[];

//! What callers are told when an rpc fails.

use crate::compat::rule::Rule;

/// The rules of the family.
pub(super) static RULES: &[Rule] = &[];

//! Which values are accepted, as sets.

use crate::compat::rule::Rule;

/// The rules of the family.
pub(super) static RULES: &[Rule] = &[];

//! Services, rpcs and what callers may rely on.

use crate::compat::rule::Rule;

/// The rules of the family.
pub(super) static RULES: &[Rule] = &[];

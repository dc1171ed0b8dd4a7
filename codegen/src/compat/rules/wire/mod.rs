//! What the binary encoding, JSON and generated code see of messages, fields and enums.

use crate::compat::rule::Rule;

/// The rules of the family.
pub(super) static RULES: &[Rule] = &[];

//! Deprecation, removal, versions and custom options.

mod custom;
mod removal;
mod stability;

use crate::compat::rule::{Check, Rule};
use crate::compat::rules::row::row;

/// The rules of the family.
pub(super) static RULES: &[Rule] = &[
    row! { lifecycle "removed-without-deprecation": Info [Source] B Ok F Ok, anchor [],
    "something is gone that was not deprecated before",
    Check::Whole(removal::undeprecated) },
    row! { lifecycle "stability-lowered": Error [Source] B Ok F Ok, anchor [],
    "a stable package became an unstable one", Check::File(stability::lowered) },
    row! { lifecycle "stable-uses-unstable": Error [Source] B Ok F Ok, anchor [],
    "a stable package imports an unstable one", Check::File(stability::uses_unstable) },
    row! { lifecycle "custom-option-changed": Info [Source] B Ok F Ok, anchor [],
    "an option that no rule reads has another value", Check::Whole(custom::changed) },
];

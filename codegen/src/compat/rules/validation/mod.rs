//! Which values are accepted, as sets, and who may set a field at all.
//!
//! Rules are enforced on every transport; none of the encodings shows them.

mod behavior;
mod constraints;
mod required;

use crate::compat::rule::{Check, Rule};
use crate::compat::rules::row::row;

/// The rules of the family.
pub(super) static RULES: &[Rule] = &[
    row! { validation "constraint-tightened": Error [Http, Queue, Tool] B Break F Break, anchor [],
    "values that were accepted are refused", Check::Message(constraints::tightened) },
    row! { validation "constraint-loosened": Warning [Http, Queue, Tool] B Ok F Break, anchor [],
    "values that were refused are accepted", Check::Message(constraints::loosened) },
    row! { validation "constraint-incomparable": Warning [Http, Queue, Tool] B Conditional F Conditional, anchor [],
    "a pattern or an expression changed, and what it accepts cannot be compared",
    Check::Message(constraints::incomparable) },
    row! { validation "field-required-added": Error [Http, Queue, Tool] B Break F Ok, anchor [],
    "a field must be set that could be left out", Check::Message(required::added) },
    row! { validation "field-required-removed": Error [Http, Queue, Tool] B Ok F Break, anchor [],
    "a field may be left out that was always set", Check::Message(required::removed) },
    row! { validation "field-became-output-only": Error [Http, Queue, Tool] B Break F Ok, anchor [],
    "what requests say of a field is ignored", Check::Field(behavior::output_only) },
    row! { validation "field-became-input-only": Error [Http, Queue, Tool] B Ok F Break, anchor [],
    "replies hold a field no longer", Check::Field(behavior::input_only) },
    row! { validation "field-became-immutable": Warning [Http, Queue, Tool] B Break F Ok, anchor [],
    "updates of a field are refused", Check::Field(behavior::immutable) },
];

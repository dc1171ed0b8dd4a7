//! What callers are told when an rpc fails.

mod shape;

use crate::compat::rule::{Check, Rule};
use crate::compat::rules::row::row;

/// The rules of the family.
pub(super) static RULES: &[Rule] =
    &[row! { errors "error-shape-changed": Error [Http, Sse] B Conditional F Break, anchor [],
    "error bodies over HTTP have another form", Check::Service(shape::changed) }];

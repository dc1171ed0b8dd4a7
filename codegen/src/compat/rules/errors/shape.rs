//! The form of error bodies over HTTP.

use crate::compat::finding::{Directions, Positions, Verdict};
use crate::compat::options::{AGENTGEN, Element, at_option, error_shape};
use crate::compat::pair::ServiceChange;
use crate::compat::rule::Sink;
use crate::contract::ErrorShape;

pub(super) fn changed(change: &ServiceChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old_id, new_id)) = change.change.kept() else { return };
    let (old, new) = (change.cx.old.service(old_id), change.cx.new.service(new_id));
    let (before, after) = (error_shape(old), error_shape(new));
    // A service without rpcs tells nobody of an error.
    if before == after || old.methods.is_empty() || new.methods.is_empty() {
        return;
    }
    let message = format!("error bodies were {} and are {}", named(before), named(after));
    // Generated clients read every form, so that only others trip.
    let directions = Directions::new(Verdict::Conditional, Verdict::Break);
    let finding = change.report(sink, message, directions);
    finding.positions = Positions::ERROR;
    at_option(finding, Element::Service, AGENTGEN);
}

fn named(shape: ErrorShape) -> &'static str {
    match shape {
        ErrorShape::Aip193 => "the error object of AIP-193",
        ErrorShape::RpcStatus => "a bare `google.rpc.Status`",
        ErrorShape::ProblemDetails => "problem details of RFC 9457",
    }
}

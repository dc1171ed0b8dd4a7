//! The identifiers of the OpenAPI document, from which others generate code.
//! What follows from the new name of a message, an rpc or a service is not told
//! again: schemas and tags change in no other way. Nor are ids that differ
//! because another package has a service of the same name: the files that are
//! compared do not show all packages.

use super::rpc::{Fate, Rpc};
use crate::compat::finding::{Directions, Positions};
use crate::compat::pair::MethodChange;
use crate::compat::rule::Sink;
use crate::contract::defaults;

pub(super) fn operation_id(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some(rpc) = Rpc::rerouted(change) else { return };
    let service = change.cx.old.service(change.old_service).name;
    for (old, (binding, fate)) in rpc.fates().into_iter().enumerate() {
        let Fate::Kept(new) = fate else { continue };
        if new != old {
            let id = |index| defaults::operation_id(service, rpc.old.name, index);
            let message =
                format!("the operation id of `{binding}` was `{}` and is `{}`", id(old), id(new));
            rpc.report(sink, message, Directions::OK).positions = Positions::NONE;
        }
    }
}

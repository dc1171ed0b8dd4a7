//! The identifiers of the OpenAPI document, from which others generate code.
//! What follows from the new name of a message, an rpc or a service is not told
//! again: schemas and tags change in no other way.

use std::collections::BTreeMap;

use super::rpc::{Fate, Rpc};
use crate::compat::finding::{Directions, Positions};
use crate::compat::options::bindings;
use crate::compat::pair::Comparison;
use crate::compat::rule::Sink;
use crate::compat::schema::{Schema, Service, ServiceId};
use crate::contract::{defaults, distinct};

/// An operation: its service and the places of rpc and binding in it.
type Operation = (ServiceId, i32, usize);

pub(super) fn operation_id(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    let (before, after) = (operation_ids(cx.old), operation_ids(cx.new));
    for rpc in Rpc::all(cx) {
        let (old_service, new_service) = (rpc.change.old_service, rpc.change.new_service);
        let same_service = cx.old.service(old_service).name == cx.new.service(new_service).name;
        if !same_service || rpc.old.name != rpc.new.name {
            continue;
        }
        for (index, (binding, fate)) in rpc.fates().into_iter().enumerate() {
            let Fate::Kept(kept) = fate else { continue };
            let old_id = before.get(&(old_service, rpc.old.index, index));
            let new_id = after.get(&(new_service, rpc.new.index, kept));
            if let (Some(old_id), Some(new_id)) = (old_id, new_id)
                && old_id != new_id
            {
                let message =
                    format!("the operation id of `{binding}` was `{old_id}` and is `{new_id}`");
                rpc.report(sink, message, Directions::OK).positions = Positions::NONE;
            }
        }
    }
}

/// The services that a contract describes: not those of its imports.
fn services<'c, 'a>(schema: &'c Schema<'a>) -> impl Iterator<Item = (ServiceId, &'c Service<'a>)> {
    let services = schema.services.iter().enumerate();
    let own = services.filter(|(_, service)| !schema.file(service.scope.file).is_import);
    own.map(|(index, service)| (ServiceId(index), service))
}

fn operation_ids(schema: &Schema<'_>) -> BTreeMap<Operation, String> {
    let mut operations = Vec::new();
    let mut ids = Vec::new();
    for (id, service) in services(schema) {
        let package = schema.file(service.scope.file).package;
        for method in &service.methods {
            let count = bindings(&service.full_name, method.name, method.options).len();
            for binding in 0..count {
                operations.push((id, method.index, binding));
                ids.push((package, defaults::operation_id(service.name, method.name, binding)));
            }
        }
    }
    operations.into_iter().zip(distinct::operation_ids(&ids)).collect()
}

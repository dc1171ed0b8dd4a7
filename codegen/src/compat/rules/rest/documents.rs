//! The identifiers of the OpenAPI document, from which others generate code.
//! What follows from the new name of a message, an rpc or a service is not told
//! again: schemas and tags change in no other way.

use std::collections::BTreeMap;

use super::rpc::{Fate, Rpc};
use crate::compat::finding::{Directions, Positions};
use crate::compat::options::bindings;
use crate::compat::pair::{Change, Comparison, MethodChange};
use crate::compat::rule::Sink;
use crate::compat::schema::{Schema, Service, ServiceId};
use crate::contract::{defaults, distinct};

/// An operation: its service and the places of rpc and binding in it.
type Operation = (ServiceId, i32, usize);

pub(super) fn operation_id(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    let (before, after) = (operation_ids(cx.old), operation_ids(cx.new));
    for (old_service, new_service) in cx.services.iter().filter_map(|change| change.kept()) {
        let (old, new) = (cx.old.service(old_service), cx.new.service(new_service));
        if old.name != new.name {
            continue;
        }
        for old in &old.methods {
            let Some(new) = new.methods.iter().find(|new| new.name == old.name) else { continue };
            let change =
                MethodChange { cx, old_service, new_service, change: Change::Kept { old, new } };
            let Some(rpc) = Rpc::of(&change) else { continue };
            for (index, (binding, fate)) in rpc.fates().into_iter().enumerate() {
                let Fate::Kept(kept) = fate else { continue };
                let old_id = before.get(&(old_service, old.index, index));
                let new_id = after.get(&(new_service, new.index, kept));
                let (Some(old_id), Some(new_id)) = (old_id, new_id) else { continue };
                if old_id != new_id {
                    let message =
                        format!("the operation id of `{binding}` was `{old_id}` and is `{new_id}`");
                    rpc.report(sink, message, Directions::OK).positions = Positions::NONE;
                }
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

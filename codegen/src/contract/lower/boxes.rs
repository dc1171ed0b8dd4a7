//! Which fields prost-build puts behind a `Box`: singular message fields whose
//! type leads back, through such fields, to the message that holds them.

use crate::contract::model::{Cardinality, Contract, Field, Kind, MessageId, TypeRef};

/// Sets [`Field::boxed`] everywhere.
pub(super) fn mark(contract: &mut Contract) {
    let holders = holders(contract);
    for message in 0..contract.messages.len() {
        let leads_here = reaching(message, &holders);
        for field in &mut contract.messages[message].fields {
            field.boxed = singular(field).is_some_and(|target| leads_here[target.0]);
        }
    }
}

/// The message of a singular message or group field.
fn singular(field: &Field) -> Option<MessageId> {
    match (&field.cardinality, &field.kind) {
        (Cardinality::Repeated | Cardinality::Map(_), _) => None,
        (_, Kind::Message(TypeRef::Message(id)) | Kind::Group(id)) => Some(*id),
        _ => None,
    }
}

/// For every message, those that hold it in a singular field. A group is not
/// counted as held: prost-build does not count it either.
fn holders(contract: &Contract) -> Vec<Vec<usize>> {
    let mut holders = vec![Vec::new(); contract.messages.len()];
    for (holder, message) in contract.messages.iter().enumerate() {
        for field in message.fields.iter().filter(|field| !matches!(field.kind, Kind::Group(_))) {
            if let Some(held) = singular(field) {
                holders[held.0].push(holder);
            }
        }
    }
    holders
}

/// Which messages lead to this one, itself included.
fn reaching(message: usize, holders: &[Vec<usize>]) -> Vec<bool> {
    let mut reaching = vec![false; holders.len()];
    let mut stack = vec![message];
    while let Some(next) = stack.pop() {
        if !std::mem::replace(&mut reaching[next], true) {
            stack.extend(&holders[next]);
        }
    }
    reaching
}

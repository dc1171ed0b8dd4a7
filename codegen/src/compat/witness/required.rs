//! Whether every required field is there: what readers check once a whole
//! payload is read.

use super::error::ReadError;
use super::tree::{Slot, Tree, Value};
use super::types::Types;
use crate::compat::schema::{Cardinality, MessageId};

/// Every required field that is missing, at any depth.
pub(super) fn missing(types: &Types<'_, '_>, id: MessageId, tree: &Tree) -> Vec<ReadError> {
    let mut found = Vec::new();
    check(types, id, tree, &mut found);
    found
}

fn check(types: &Types<'_, '_>, id: MessageId, tree: &Tree, found: &mut Vec<ReadError>) {
    for member in types.members(id) {
        let held = tree.fields.get(&member.field.number);
        if member.cardinality == Cardinality::Required && held.is_none() {
            found.push(ReadError::new("required and missing").within(member.full_name()));
        }
        let entry = types.schema.map_entry(member.field).and_then(|_| types.entry(member.field));
        let field = entry.map_or(member.field, |(_, value)| value.field);
        let Some(inside) = types.message_of(field) else { continue };
        for tree in held.into_iter().flat_map(messages) {
            let mut missing = Vec::new();
            check(types, inside, tree, &mut missing);
            found.extend(missing.into_iter().map(|error| error.within(member.full_name())));
        }
    }
}

/// The messages that a field holds.
fn messages(slot: &Slot) -> Vec<&Tree> {
    let values: Vec<_> = match slot {
        Slot::One(value) => vec![value],
        Slot::Many(values) => values.iter().collect(),
        Slot::Map(entries) => entries.iter().map(|(_, value)| value).collect(),
    };
    let trees = values.into_iter().filter_map(|value| match value {
        Value::Message(tree) => Some(tree),
        _ => None,
    });
    trees.collect()
}

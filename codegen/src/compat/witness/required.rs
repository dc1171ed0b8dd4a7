//! Whether every required field is there: what readers check once a whole
//! payload is read.

use super::error::ReadError;
use super::tree::{Slot, Tree, Value};
use super::types::Types;
use crate::compat::schema::{Cardinality, MessageId};

/// The first required field that is missing, at any depth.
pub(super) fn check(types: &Types<'_, '_>, id: MessageId, tree: &Tree) -> Result<(), ReadError> {
    for member in types.members(id) {
        let held = tree.fields.get(&member.field.number);
        if member.cardinality == Cardinality::Required && held.is_none() {
            return Err(ReadError::new("required and missing").within(member.full_name()));
        }
        let inside = |value: &Value| match (value, types.message_of(member.field)) {
            (Value::Message(tree), Some(id)) => {
                check(types, id, tree).map_err(|error| error.within(member.full_name()))
            }
            _ => Ok(()),
        };
        match held {
            Some(Slot::One(value)) => inside(value)?,
            Some(Slot::Many(values)) => values.iter().try_for_each(inside)?,
            Some(Slot::Map(entries)) => {
                let Some((_, value)) = types.entry(member.field) else { continue };
                let Some(id) = types.message_of(value.field) else { continue };
                for (_, value) in entries {
                    if let Value::Message(tree) = value {
                        check(types, id, tree).map_err(|error| error.within(member.full_name()))?;
                    }
                }
            }
            None => {}
        }
    }
    Ok(())
}

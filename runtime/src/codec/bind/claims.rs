//! What has been set already: the fragments of protobuf merge, and would let
//! the last of two contradicting values win unseen.

use super::path;
use crate::codec::{Cardinality, Field, WireError};

/// The fields that one request has set by text.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// The numbers of the fields that lead to each.
    fields: Vec<Vec<u32>>,
    oneofs: Vec<Oneof>,
}

/// The member that a oneof is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Oneof {
    parents: Vec<u32>,
    index: u32,
    member: u32,
}

impl Claims {
    /// Notes that the field at the end of a path is set.
    ///
    /// # Errors
    /// It is singular and set already, a message that it is in or that is in it is,
    /// or it or a message on the way to it is a member of a oneof in which another
    /// member is set.
    pub fn claim(&mut self, fields: &[&'static Field]) -> Result<(), WireError> {
        let numbers: Vec<u32> = fields.iter().map(|field| field.number).collect();
        for (depth, field) in fields.iter().enumerate() {
            let Cardinality::Oneof(index) = field.cardinality else { continue };
            let parents = numbers.iter().take(depth).copied().collect();
            self.choose(Oneof { parents, index, member: field.number }).ok_or_else(|| {
                WireError::new(path(fields), "another member of the same oneof is set already")
            })?;
        }
        let overlapping = |known: &&Vec<u32>| {
            let shorter = known.len().min(numbers.len());
            known[..shorter] == numbers[..shorter]
        };
        match self.fields.iter().find(overlapping) {
            None => self.fields.push(numbers),
            Some(known) if known.len() != numbers.len() => {
                return Err(WireError::new(path(fields), "given as a whole and in part"));
            }
            Some(_) if fields.last().is_some_and(|last| is_singular(last)) => {
                return Err(WireError::new(path(fields), "given more than once"));
            }
            Some(_) => {}
        }
        Ok(())
    }

    fn choose(&mut self, oneof: Oneof) -> Option<()> {
        let same = |known: &&Oneof| known.parents == oneof.parents && known.index == oneof.index;
        if let Some(known) = self.oneofs.iter().find(same) {
            return (known.member == oneof.member).then_some(());
        }
        self.oneofs.push(oneof);
        Some(())
    }
}

fn is_singular(field: &Field) -> bool {
    !matches!(field.cardinality, Cardinality::Repeated | Cardinality::Map(_))
}

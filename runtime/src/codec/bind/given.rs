//! What a body has set: the twin of [`Claims`](super::Claims) for a message that
//! was read before any text of path and query.

use bytes::Bytes;

use super::{path, submessage, value};
use crate::codec::wire::value_of;
use crate::codec::{Cardinality, Field, Message, MessageType, WireError};

/// The fields that a message holds.
pub(crate) struct Given {
    of: &'static MessageType,
    bytes: Bytes,
}

impl Given {
    /// Those of `message`, or none, of a request of this type.
    pub(crate) fn new(of: &'static MessageType, message: Option<&dyn Message>) -> Self {
        Self { of, bytes: message.map(<dyn Message>::to_proto).unwrap_or_default() }
    }

    /// Whether the field at the end of a path is set, or a message on the way to it
    /// that is one value, such as a wrapper or a timestamp.
    pub(crate) fn sets(&self, fields: &[&'static Field]) -> bool {
        let whole = fields.iter().position(|field| !value::is_only_fields(&field.kind));
        let end = whole.map_or(fields.len(), |last| last + 1);
        fields.get(..end).is_some_and(|fields| value_of(&self.bytes, fields).is_some())
    }

    /// The encoded value of the field at the end of a path.
    pub(crate) fn value(&self, fields: &[&'static Field]) -> Option<&[u8]> {
        value_of(&self.bytes, fields)
    }

    /// Checks that the field at the end of a path can be set beside what is.
    ///
    /// # Errors
    /// It or a message on the way to it is a member of a oneof in which another member
    /// is set.
    pub(crate) fn leaves(&self, fields: &[&'static Field]) -> Result<(), WireError> {
        let mut message = (!self.bytes.is_empty()).then_some(self.of);
        for (depth, field) in fields.iter().enumerate() {
            let Some(of) = message else { return Ok(()) };
            let mut others = of.fields.iter().filter(|other| rivals(other, field));
            let parents = fields.get(..depth).unwrap_or_default();
            if others.any(|other| value_of(&self.bytes, &[parents, &[other]].concat()).is_some()) {
                let fault = "another member of the same oneof is set in the body";
                return Err(WireError::new(path(fields), fault));
            }
            message = submessage(field);
        }
        Ok(())
    }
}

/// Whether two fields of one message are different members of one oneof.
fn rivals(one: &Field, other: &Field) -> bool {
    match (one.cardinality, other.cardinality) {
        (Cardinality::Oneof(one_of), Cardinality::Oneof(other_of)) => {
            one_of == other_of && one.number != other.number
        }
        _ => false,
    }
}

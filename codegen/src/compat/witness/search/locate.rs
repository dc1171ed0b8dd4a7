//! Where a finding stands, as elements of a schema.

use crate::compat::finding::Place;
use crate::compat::schema::{EnumId, ExtensionId, MessageId, Schema, ServiceId};

/// An element by its descriptor path. What stands deeper, such as a field's
/// type, counts as the element around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::compat::witness) enum Located {
    /// A message.
    Message(MessageId),
    /// A field, by its place in the message.
    Field(MessageId, usize),
    /// A oneof, by its place in the message.
    Oneof(MessageId, usize),
    /// An enum.
    Enum(EnumId),
    /// A value, by its place in the enum.
    EnumValue(EnumId, usize),
    /// An extension.
    Extension(ExtensionId),
    /// A service.
    Service(ServiceId),
    /// An rpc, by its place in the service.
    Method(ServiceId, usize),
}

impl Located {
    /// The message that it is, or is in.
    pub(in crate::compat::witness) fn message(self) -> Option<MessageId> {
        match self {
            Self::Message(id) | Self::Field(id, _) | Self::Oneof(id, _) => Some(id),
            _ => None,
        }
    }

    /// The enum that it is, or is in.
    pub(in crate::compat::witness) fn enumeration(self) -> Option<EnumId> {
        match self {
            Self::Enum(id) | Self::EnumValue(id, _) => Some(id),
            _ => None,
        }
    }
}

/// The element at a place, if it is one that payloads depend on.
pub(in crate::compat::witness) fn locate(schema: &Schema<'_>, place: &Place) -> Option<Located> {
    let file = schema.files.get(place.file.0)?;
    let mut steps = place.path.chunks_exact(2);
    let step = |step: &[i32]| Some((step[0], usize::try_from(step[1]).ok()?));
    let (sort, index) = step(steps.next()?)?;
    let mut message = match sort {
        4 => *file.messages.get(index)?,
        5 => return Some(enumeration(schema, *file.enums.get(index)?, steps.next())),
        6 => {
            let service = *file.services.get(index)?;
            return match steps.next().and_then(step) {
                Some((2, index)) => Some(Located::Method(service, index)),
                _ => Some(Located::Service(service)),
            };
        }
        7 => return Some(Located::Extension(*file.extensions.get(index)?)),
        _ => return None,
    };
    while let Some((sort, index)) = steps.next().and_then(step) {
        let around = schema.message(message);
        match sort {
            2 => return Some(Located::Field(message, index)),
            3 => message = *around.messages.get(index)?,
            4 => return Some(enumeration(schema, *around.enums.get(index)?, steps.next())),
            6 => return Some(Located::Extension(*around.extensions.get(index)?)),
            8 => return Some(Located::Oneof(message, index)),
            _ => break,
        }
    }
    Some(Located::Message(message))
}

fn enumeration(schema: &Schema<'_>, id: EnumId, step: Option<&[i32]>) -> Located {
    let value = step.filter(|step| step[0] == 2).and_then(|step| usize::try_from(step[1]).ok());
    let value = value.filter(|&index| index < schema.enumeration(id).values.len());
    value.map_or(Located::Enum(id), |index| Located::EnumValue(id, index))
}

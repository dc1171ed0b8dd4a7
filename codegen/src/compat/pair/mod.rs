//! Which element of the old side is which of the new one. Built once; rules
//! receive pairs and look nothing up.

mod changes;
mod matching;
mod positions;

pub use changes::{
    Change, EnumChange, EnumValueChange, ExtensionChange, FieldChange, FileChange, MessageChange,
    MethodChange, OneofChange, ServiceChange,
};

use super::finding::Positions;
use super::schema::{EnumId, ExtensionId, FileId, Message, MessageId, Schema, ServiceId};
use matching::Matches;
use positions::TypePositions;

/// Both sides, paired.
#[derive(Debug)]
pub struct Comparison<'c, 'a> {
    /// The old side.
    pub old: &'c Schema<'a>,
    /// The new side.
    pub new: &'c Schema<'a>,
    /// The pairs of files, by name.
    pub files: Vec<Change<FileId>>,
    /// The pairs of messages, map entries included.
    pub messages: Vec<Change<MessageId>>,
    /// The pairs of enums.
    pub enums: Vec<Change<EnumId>>,
    /// The pairs of extensions.
    pub extensions: Vec<Change<ExtensionId>>,
    /// The pairs of services.
    pub services: Vec<Change<ServiceId>>,
    positions: TypePositions,
}

impl<'c, 'a> Comparison<'c, 'a> {
    /// Pairs both sides.
    pub fn new(old: &'c Schema<'a>, new: &'c Schema<'a>) -> Self {
        let Matches { files, messages, enums, extensions, services } = Matches::find(old, new);
        let positions = TypePositions::find(old, new);
        Self { old, new, files, messages, enums, extensions, services, positions }
    }

    /// Who writes and reads a message: what either side says.
    pub fn message_positions(&self, change: Change<MessageId>) -> Positions {
        self.positions.message(change)
    }

    /// Who writes and reads an enum: what either side says.
    pub fn enum_positions(&self, change: Change<EnumId>) -> Positions {
        self.positions.enumeration(change)
    }

    /// The old message of a change.
    pub fn old_message(&self, change: Change<MessageId>) -> Option<&'c Message<'a>> {
        change.before().map(|id| self.old.message(id))
    }

    /// The new message of a change.
    pub fn new_message(&self, change: Change<MessageId>) -> Option<&'c Message<'a>> {
        change.after().map(|id| self.new.message(id))
    }
}

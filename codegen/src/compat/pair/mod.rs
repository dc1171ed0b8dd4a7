//! Which element of the old side is which of the new one, also where it was
//! renamed, moved or renumbered. Built once; rules receive pairs and look
//! nothing up.

mod changes;
mod matching;
mod members;
mod packages;
mod pairing;
mod positions;
mod recognise;
mod report;
mod similar;
mod text;

pub use changes::{
    Change, EnumChange, EnumValueChange, ExtensionChange, FieldChange, FileChange, MessageChange,
    MethodChange, OneofChange, ServiceChange,
};

pub use report::{enum_place, extension_place, file_place, message_place, service_place};
pub use text::type_text;

use super::finding::Positions;
use super::schema::{EnumId, ExtensionId, FileId, Message, MessageId, Schema, ServiceId, Type};
use super::shape::Memo;
use matching::Matches;
use members::same_members;
use positions::{TypePositions, request, response};

/// Both sides, paired.
#[derive(Debug)]
pub struct Comparison<'c, 'a> {
    /// The old side.
    pub old: &'c Schema<'a>,
    /// The new side.
    pub new: &'c Schema<'a>,
    /// The pairs of files; those of different names were recognised as renamed.
    pub files: Vec<Change<FileId>>,
    /// The pairs of messages, map entries included; those of different names
    /// were recognised as renamed or moved.
    pub messages: Vec<Change<MessageId>>,
    /// The pairs of enums, as those of messages.
    pub enums: Vec<Change<EnumId>>,
    /// The pairs of extensions: by name, or by number in what they extend.
    pub extensions: Vec<Change<ExtensionId>>,
    /// The pairs of services; those of different names were recognised as
    /// renamed or moved.
    pub services: Vec<Change<ServiceId>>,
    changed: Vec<(MessageId, MessageId)>,
    matches: Matches,
    positions: TypePositions,
    shapes: Memo,
}

impl<'c, 'a> Comparison<'c, 'a> {
    /// Pairs both sides.
    pub fn new(old: &'c Schema<'a>, new: &'c Schema<'a>) -> Self {
        let matches = Matches::find(old, new);
        let messages = matches.message_changes();
        let kept = messages.iter().filter_map(|change| change.kept());
        let changed = kept.filter(|&(before, after)| {
            let (before, after) = (old.message(before), new.message(after));
            !before.map_entry && !after.map_entry && !same_members((old, before), (new, after))
        });
        Self {
            changed: changed.collect(),
            old,
            new,
            files: matches.file_changes(),
            messages,
            enums: matches.enum_changes(),
            extensions: matches.extension_changes(),
            services: matches.service_changes(),
            matches,
            positions: TypePositions::find(old, new),
            shapes: Memo::default(),
        }
    }

    /// The messages that both sides have and whose fields, oneofs or reserved
    /// numbers and names are not the same as they were, map entries left out:
    /// all that rules about what is inside have to look at.
    pub fn changed_messages(&self) -> &[(MessageId, MessageId)] {
        &self.changed
    }

    /// The shapes of messages that were compared so far.
    pub(super) fn shapes(&self) -> &Memo {
        &self.shapes
    }

    /// Who writes and reads a message: what either side says.
    pub fn message_positions(&self, change: Change<MessageId>) -> Positions {
        self.positions.message(change)
    }

    /// Who writes and reads an enum: what either side says.
    pub fn enum_positions(&self, change: Change<EnumId>) -> Positions {
        self.positions.enumeration(change)
    }

    /// Who writes and reads the requests of rpcs that are one.
    pub fn request_positions(&self, change: &MethodChange<'_, '_>) -> Positions {
        let old = change.change.before();
        let old = old.map(|method| request(self.old.service(change.old_service), method));
        let new = change.change.after();
        let new = new.map(|method| request(self.new.service(change.new_service), method));
        old.unwrap_or_default().union(new.unwrap_or_default())
    }

    /// Who writes and reads the replies of rpcs that are one.
    pub fn response_positions(&self, change: &MethodChange<'_, '_>) -> Positions {
        let (old, new) = (change.change.before(), change.change.after());
        old.map(response).unwrap_or_default().union(new.map(response).unwrap_or_default())
    }

    /// The old message of a change.
    pub fn old_message(&self, change: Change<MessageId>) -> Option<&'c Message<'a>> {
        change.before().map(|id| self.old.message(id))
    }

    /// The new message of a change.
    pub fn new_message(&self, change: Change<MessageId>) -> Option<&'c Message<'a>> {
        change.after().map(|id| self.new.message(id))
    }

    /// What an old file became.
    pub fn new_file_of(&self, old: FileId) -> Option<FileId> {
        self.matches.files.new_of(old.0).map(FileId)
    }

    /// What an old message became.
    pub fn new_message_of(&self, old: MessageId) -> Option<MessageId> {
        self.matches.messages.new_of(old.0).map(MessageId)
    }

    /// What a new message was.
    pub fn old_message_of(&self, new: MessageId) -> Option<MessageId> {
        self.matches.messages.old_of(new.0).map(MessageId)
    }

    /// What an old enum became.
    pub fn new_enum_of(&self, old: EnumId) -> Option<EnumId> {
        self.matches.enums.new_of(old.0).map(EnumId)
    }

    /// What an old service became.
    pub fn new_service_of(&self, old: ServiceId) -> Option<ServiceId> {
        self.matches.services.new_of(old.0).map(ServiceId)
    }

    /// Whether a type named on the old side and one named on the new side are
    /// one type, under one name or renamed or moved.
    pub fn same_type(&self, old: &str, new: &str) -> bool {
        match (self.old.resolve(old), self.new.resolve(new)) {
            (Some(Type::Message(old)), Some(Type::Message(new))) => {
                self.new_message_of(old) == Some(new)
            }
            (Some(Type::Enum(old)), Some(Type::Enum(new))) => self.new_enum_of(old) == Some(new),
            (None, None) => old == new,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;

//! Finds the pairs: by name first, then what was renamed or moved.

use std::collections::{BTreeMap, HashMap};

use super::Change;
use super::pairing::Pairing;
use super::recognise::{Types, services};
use crate::compat::schema::{EnumId, ExtensionId, FileId, MessageId, Schema, ServiceId};

/// The pairs of every sort.
#[derive(Debug)]
pub(super) struct Matches {
    pub(super) files: Pairing,
    pub(super) messages: Pairing,
    pub(super) enums: Pairing,
    pub(super) extensions: Pairing,
    pub(super) services: Pairing,
}

impl Matches {
    pub(super) fn find<'a>(old: &Schema<'a>, new: &Schema<'a>) -> Self {
        let Types { messages, enums, .. } = Types::find(old, new);
        let services = services(old, new);
        let mut matches = Self {
            files: Pairing::by_name(
                old.files.iter().map(|file| file.name),
                new.files.iter().map(|file| file.name),
            ),
            extensions: extensions(old, new, &messages),
            messages,
            enums,
            services,
        };
        matches.recognise_files(old, new);
        matches
    }

    /// A file that is gone is the new file that declares most of what it did.
    fn recognise_files(&mut self, old: &Schema<'_>, new: &Schema<'_>) {
        let added = self.files.added();
        for before in self.files.removed() {
            let file = &old.files[before];
            let heirs = file
                .messages
                .iter()
                .filter_map(|id| self.messages.new_of(id.0))
                .map(|id| new.messages[id].scope.file)
                .chain(
                    file.enums
                        .iter()
                        .filter_map(|id| self.enums.new_of(id.0))
                        .map(|id| new.enums[id].scope.file),
                )
                .chain(
                    file.services
                        .iter()
                        .filter_map(|id| self.services.new_of(id.0))
                        .map(|id| new.services[id].scope.file),
                );
            let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
            heirs.for_each(|FileId(id)| *counts.entry(id).or_default() += 1);
            let declared = file.messages.len() + file.enums.len() + file.services.len();
            let heir =
                counts.into_iter().find(|(id, count)| count * 2 > declared && added.contains(id));
            if let Some((after, _)) = heir {
                self.files.join(before, after);
            }
        }
    }
}

/// Extensions: by name, then by what they extend and their number.
fn extensions(old: &Schema<'_>, new: &Schema<'_>, messages: &Pairing) -> Pairing {
    let mut pairing = Pairing::by_name(
        old.extensions.iter().map(|extension| &*extension.full_name),
        new.extensions.iter().map(|extension| &*extension.full_name),
    );
    let places: HashMap<_, _> = pairing
        .added()
        .into_iter()
        .map(|id| ((new.extensions[id].extendee, new.extensions[id].field.number), id))
        .collect();
    for before in pairing.removed() {
        let extension = &old.extensions[before];
        let extendee = old
            .message_named(extension.extendee)
            .and_then(|MessageId(id)| messages.new_of(id))
            .map_or(extension.extendee, |id| &new.messages[id].full_name);
        if let Some(&after) = places.get(&(extendee, extension.field.number)) {
            pairing.join(before, after);
        }
    }
    pairing
}

impl Matches {
    pub(super) fn file_changes(&self) -> Vec<Change<FileId>> {
        self.files.changes(FileId)
    }

    pub(super) fn message_changes(&self) -> Vec<Change<MessageId>> {
        self.messages.changes(MessageId)
    }

    pub(super) fn enum_changes(&self) -> Vec<Change<EnumId>> {
        self.enums.changes(EnumId)
    }

    pub(super) fn extension_changes(&self) -> Vec<Change<ExtensionId>> {
        self.extensions.changes(ExtensionId)
    }

    pub(super) fn service_changes(&self) -> Vec<Change<ServiceId>> {
        self.services.changes(ServiceId)
    }
}

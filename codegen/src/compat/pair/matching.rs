//! Finds the pairs: by name.

use std::collections::HashSet;

use super::Change;
use crate::compat::schema::{EnumId, ExtensionId, FileId, MessageId, Schema, ServiceId};

/// The pairs of every sort, old order first, then what is new.
pub(super) struct Matches {
    pub(super) files: Vec<Change<FileId>>,
    pub(super) messages: Vec<Change<MessageId>>,
    pub(super) enums: Vec<Change<EnumId>>,
    pub(super) extensions: Vec<Change<ExtensionId>>,
    pub(super) services: Vec<Change<ServiceId>>,
}

impl Matches {
    pub(super) fn find(old: &Schema<'_>, new: &Schema<'_>) -> Self {
        Self {
            files: pairs(&names(&old.files, |f| f.name), &names(&new.files, |f| f.name), FileId),
            messages: pairs(
                &names(&old.messages, |m| &m.full_name),
                &names(&new.messages, |m| &m.full_name),
                MessageId,
            ),
            enums: pairs(
                &names(&old.enums, |e| &e.full_name),
                &names(&new.enums, |e| &e.full_name),
                EnumId,
            ),
            extensions: pairs(
                &names(&old.extensions, |e| &e.full_name),
                &names(&new.extensions, |e| &e.full_name),
                ExtensionId,
            ),
            services: pairs(
                &names(&old.services, |s| &s.full_name),
                &names(&new.services, |s| &s.full_name),
                ServiceId,
            ),
        }
    }
}

fn names<'s, T>(items: &'s [T], name: impl Fn(&'s T) -> &'s str) -> Vec<&'s str> {
    items.iter().map(name).collect()
}

fn pairs<I: Copy>(old: &[&str], new: &[&str], id: impl Fn(usize) -> I) -> Vec<Change<I>> {
    let places: std::collections::HashMap<_, _> =
        new.iter().enumerate().map(|(index, name)| (*name, index)).collect();
    let known: HashSet<_> = old.iter().copied().collect();
    let kept = old.iter().enumerate().map(|(index, name)| match places.get(name) {
        Some(&place) => Change::Kept { old: id(index), new: id(place) },
        None => Change::Removed(id(index)),
    });
    let added = new.iter().enumerate().filter(|(_, name)| !known.contains(*name));
    kept.chain(added.map(|(index, _)| Change::Added(id(index)))).collect()
}

//! Whether a reader got what the writer meant: both values are compared field
//! by field, as the encoding brings them together. What a later version added
//! is no difference to an older reader, which cannot miss what it never knew.

mod elements;
mod pairs;
mod scalar;
mod values;

use super::json;
use super::tree::Tree;
use super::types::{Member, Types};
use crate::compat::pair::{Change, Comparison};
use crate::compat::schema::MessageId;
pub use elements::elements_of;
use pairs::Pairs;
pub(super) use scalar::enums as enum_value;

/// Who reads whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// B: the new version reads what the old one wrote.
    Backward,
    /// F: the old version reads what the new one wrote.
    Forward,
}

/// How the payload is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// The binary encoding.
    Binary,
    /// The JSON mapping.
    Json,
}

/// What became of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// The value is the same, whether it was set is not known any more.
    Presence,
    /// It is kept, and means nothing to the reader.
    Unrecognised,
    /// It does not arrive.
    Lost,
    /// Another value arrives.
    Changed,
}

/// One difference between what was written and what was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The field, by the writer's names from the outside inwards.
    pub path: String,
    /// What became of its value.
    pub sort: Sort,
    /// The value that was written, shortly.
    pub wrote: String,
    /// The value that was read, shortly.
    pub read: String,
    /// The full names of what it stands in on both sides: messages, fields,
    /// oneofs, enums and their values, and the files of all of them.
    pub elements: Vec<String>,
}

/// Both sides with one of them as the writer.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'x, 'c, 'a> {
    /// What is one on both sides.
    pub cx: &'x Comparison<'c, 'a>,
    /// Who reads whom.
    pub direction: Direction,
    /// The writer's types.
    pub writer: &'x Types<'c, 'a>,
    /// The reader's types.
    pub reader: &'x Types<'c, 'a>,
}

/// Where a comparison stands.
#[derive(Clone, Debug, Default)]
struct At {
    path: String,
    elements: Vec<String>,
}

impl<'c, 'a> Exchange<'_, 'c, 'a> {
    /// Every difference between a message written and what was read of it.
    pub fn differences(
        &self,
        encoding: Encoding,
        ids: (MessageId, MessageId),
        written: &Tree,
        read: &Tree,
    ) -> Vec<Difference> {
        let mut finder = Finder { exchange: *self, encoding, found: Vec::new() };
        finder.messages(ids, written, read, &At::default());
        finder.found
    }

    /// The reader's field that takes what the writer puts into this one.
    pub fn counterpart(
        &self,
        encoding: Encoding,
        reader: MessageId,
        member: Member<'c, 'a>,
    ) -> Option<Member<'c, 'a>> {
        match encoding {
            Encoding::Binary => self.reader.numbered(reader, member.field.number),
            Encoding::Json => self.reader.keyed(reader, &member.json_key()),
        }
    }

    /// The names of the fields with which two fields that the encoding brings
    /// together are one.
    pub fn namesakes(
        &self,
        ids: (MessageId, MessageId),
        writer: Option<Member<'_, '_>>,
        reader: Member<'_, '_>,
    ) -> Vec<String> {
        let pairs = Pairs::of(self, ids);
        let read_as = writer.and_then(|member| pairs.read_as(self, ids.1, member));
        read_as.into_iter().chain(pairs.written_as(self, ids.0, reader)).collect()
    }

    /// The names of what excludes a field for the reader, as both sides call
    /// it: fields and the oneofs that they are in.
    pub fn rivals(
        &self,
        encoding: Encoding,
        ids: (MessageId, MessageId),
        one: Member<'c, 'a>,
    ) -> Vec<String> {
        let Some(oneof) = one.oneof() else { return Vec::new() };
        let same = |member: &Member<'c, 'a>| member.oneof() == Some(oneof);
        let own = self.reader.members(ids.1).filter(same);
        let own = own.flat_map(|member| elements_of(self.reader, member));
        let written = self.writer.members(ids.0).filter(|member| {
            self.counterpart(encoding, ids.1, *member).is_some_and(|other| same(&other))
        });
        own.chain(written.flat_map(|member| elements_of(self.writer, member))).collect()
    }

    /// Whether a field that the reader does not know is new to the writer and
    /// takes the place of nothing.
    fn is_addition(
        &self,
        (writer, reader): (MessageId, MessageId),
        member: Member<'_, '_>,
    ) -> bool {
        if self.direction == Direction::Backward {
            return false;
        }
        if let Some(extension) = member.extension {
            let added = self.cx.extensions.iter().filter_map(|change| match change {
                Change::Added(id) => Some(self.cx.new.extension(*id)),
                _ => None,
            });
            return added.into_iter().any(|added| added.full_name == extension.full_name);
        }
        let (old, new) = (self.cx.old.message(reader), self.cx.new.message(writer));
        // To an old reader a new member of its oneof is nothing set.
        let known_oneof = member.oneof().is_some_and(|oneof| {
            let pairs = self.cx.oneofs(old, new).into_iter().filter_map(Change::kept);
            pairs.into_iter().any(|(_, new)| new == oneof)
        });
        !known_oneof
            && self.cx.fields(old, new).iter().any(|change| {
                matches!(change, Change::Added(field) if field.number == member.field.number)
            })
    }
}

/// Collects differences.
struct Finder<'x, 'c, 'a> {
    exchange: Exchange<'x, 'c, 'a>,
    encoding: Encoding,
    found: Vec<Difference>,
}

impl<'c, 'a> Finder<'_, 'c, 'a> {
    fn messages(&mut self, ids: (MessageId, MessageId), written: &Tree, read: &Tree, at: &At) {
        let exchange = self.exchange;
        let pairs = Pairs::of(&exchange, ids);
        for member in exchange.writer.members(ids.0) {
            let slot = written.fields.get(&member.field.number);
            let mut at = self.inside(at, ids, member);
            at.elements.extend(pairs.read_as(&exchange, ids.1, member));
            match exchange.counterpart(self.encoding, ids.1, member) {
                Some(other) => {
                    let mut at = at.and(exchange.reader, other);
                    at.elements.extend(pairs.written_as(&exchange, ids.0, other));
                    let other_slot = read.fields.get(&other.field.number);
                    if let (Some(slot), true) = (slot, pairs.part(member, other)) {
                        let wrote = json::shown(exchange.writer, member, slot);
                        let read = format!("`{}`", other.field.name);
                        self.report(&at, Sort::Changed, wrote, read);
                        continue;
                    }
                    if slot.is_some() && other_slot.is_none() {
                        at.elements.extend(exchange.rivals(self.encoding, ids, other));
                    }
                    self.fields((member, other), slot, other_slot, &at);
                }
                None => {
                    if let Some(slot) = slot
                        && !exchange.is_addition(ids, member)
                    {
                        let wrote = json::shown(exchange.writer, member, slot);
                        self.report(&at, Sort::Lost, wrote, "nothing".to_owned());
                    }
                }
            }
        }
    }

    fn inside(&self, at: &At, ids: (MessageId, MessageId), member: Member<'c, 'a>) -> At {
        let mut inside = at.clone();
        if !inside.path.is_empty() {
            inside.path.push('.');
        }
        match member.extension {
            Some(_) => inside.path.push_str(&member.json_key()),
            None => inside.path.push_str(member.field.name),
        }
        let sides = [(self.exchange.writer, ids.0), (self.exchange.reader, ids.1)];
        for (types, id) in sides {
            let message = types.schema.message(id);
            inside.elements.push(message.full_name.to_string());
            if let Some(oneof) = member.oneof() {
                // A oneof that is gone is told by the name of what it was in.
                let name = member.message.oneofs[oneof].name;
                inside.elements.push(format!("{}.{name}", message.full_name));
            }
            inside.elements.push(types.schema.file(message.scope.file).name.to_owned());
        }
        inside.and(self.exchange.writer, member)
    }

    fn report(&mut self, at: &At, sort: Sort, wrote: String, read: String) {
        let mut elements = at.elements.clone();
        elements.sort();
        elements.dedup();
        self.found.push(Difference { path: at.path.clone(), sort, wrote, read, elements });
    }
}

impl At {
    /// With what belongs to this field.
    fn and(mut self, types: &Types<'_, '_>, member: Member<'_, '_>) -> Self {
        self.elements.extend(elements_of(types, member));
        self
    }
}

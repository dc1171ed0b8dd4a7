//! Fields and their values: one, a list or a map on either side.

use super::{At, Direction, Finder, Sort, scalar};
use crate::compat::schema::{Cardinality, MessageId};
use crate::compat::witness::tree::{Slot, Tree, Value};
use crate::compat::witness::types::{Member, Types};
use crate::compat::witness::{binary, json};

/// The writer's field and the reader's.
type Pair<'c, 'a> = (Member<'c, 'a>, Member<'c, 'a>);

impl<'c, 'a> Finder<'_, 'c, 'a> {
    pub(super) fn fields(
        &mut self,
        pair: Pair<'c, 'a>,
        written: Option<&Slot>,
        read: Option<&Slot>,
        at: &At,
    ) {
        match (pair.0.is_singular(), pair.1.is_singular()) {
            (true, true) => self.singular(pair, one(written), one(read), at),
            _ => match (written, read) {
                (Some(Slot::Map(written)), Some(Slot::Map(read))) => {
                    self.maps(pair, written, read, at);
                }
                _ => self.lists(pair, written, read, at),
            },
        }
    }

    fn singular(
        &mut self,
        pair: Pair<'c, 'a>,
        written: Option<&Value>,
        read: Option<&Value>,
        at: &At,
    ) {
        let exchange = self.exchange;
        match (written, read) {
            (Some(written), Some(read)) => self.value(pair, written, read, at),
            (Some(written @ Value::Message(_)), None) => {
                let wrote = json::shown(exchange.writer, pair.0, &Slot::One(written.clone()));
                self.report(at, Sort::Lost, wrote, "nothing".to_owned());
            }
            (None, Some(read @ Value::Message(_))) => {
                let read = json::shown(exchange.reader, pair.1, &Slot::One(read.clone()));
                self.report(at, Sort::Changed, "nothing".to_owned(), read);
            }
            (None, None) if exchange.writer.message_of(pair.0.field).is_some() => {}
            (written, read) => self.absence(pair, written, read, at),
        }
    }

    /// Scalars of which at least one side has none: the default counts.
    fn absence(
        &mut self,
        pair: Pair<'c, 'a>,
        written: Option<&Value>,
        read: Option<&Value>,
        at: &At,
    ) {
        let exchange = self.exchange;
        let before = exchange.writer.default(pair.0.field);
        let after = exchange.reader.default(pair.1.field);
        let same_sort = std::mem::discriminant(&before) == std::mem::discriminant(&after);
        if written.is_none() && read.is_none() && !same_sort {
            return;
        }
        let (wrote, got) = (written.unwrap_or(&before), read.unwrap_or(&after));
        let known = self.found.len();
        self.value(pair, wrote, got, at);
        let lost = written.is_some() && read.is_none();
        if self.found.len() > known {
            if lost {
                self.found[known].sort = Sort::Lost;
                if pair.1.cardinality != Cardinality::Implicit {
                    "nothing".clone_into(&mut self.found[known].read);
                }
            }
            return;
        }
        if lost {
            let wrote = json::shown(exchange.writer, pair.0, &Slot::One(wrote.clone()));
            self.presence(pair, wrote, at);
        }
    }

    /// A value that is set on one side alone and reads as what it was.
    fn presence(&mut self, pair: Pair<'c, 'a>, wrote: String, at: &At) {
        let tells = |member: Member<'_, '_>| member.cardinality != Cardinality::Implicit;
        match (tells(pair.0), tells(pair.1)) {
            (true, true) => self.report(at, Sort::Lost, wrote, "nothing".to_owned()),
            // What is required is set: that it is tells nothing. Nor does an
            // older reader miss a presence that it never knew.
            (true, false)
                if pair.0.cardinality == Cardinality::Explicit
                    && self.exchange.direction == Direction::Backward =>
            {
                self.report(at, Sort::Presence, wrote, "not set".to_owned());
            }
            _ => {}
        }
    }

    fn lists(&mut self, pair: Pair<'c, 'a>, written: Option<&Slot>, read: Option<&Slot>, at: &At) {
        let exchange = self.exchange;
        let (before, after) = (elements(written), elements(read));
        // Zero that is not written is an empty list, and an empty list reads
        // as absent.
        if before.len() == after.len() {
            for (before, after) in before.iter().zip(&after) {
                self.value(pair, before, after, at);
            }
            return;
        }
        let implicit = |member: Member<'_, '_>| member.cardinality == Cardinality::Implicit;
        if let ([only], []) = (&*before, &*after)
            && implicit(pair.1)
            && only.is_zero()
        {
            return;
        }
        let wrote = written.map(|slot| json::shown(exchange.writer, pair.0, slot));
        let got = read.map(|slot| json::shown(exchange.reader, pair.1, slot));
        let nothing = || "nothing".to_owned();
        self.report(at, Sort::Lost, wrote.unwrap_or_else(nothing), got.unwrap_or_else(nothing));
    }

    fn maps(
        &mut self,
        pair: Pair<'c, 'a>,
        written: &[(Value, Value)],
        read: &[(Value, Value)],
        at: &At,
    ) {
        let exchange = self.exchange;
        let (Some(before), Some(after)) =
            (exchange.writer.entry(pair.0.field), exchange.reader.entry(pair.1.field))
        else {
            return;
        };
        for (key, value) in written {
            let same = |other: &Value| {
                let fields = ((exchange.writer, before.0.field), (exchange.reader, after.0.field));
                scalar::compare(fields.0, fields.1, key, other).is_none()
            };
            let Some((_, other)) = read.iter().find(|(other, _)| same(other)) else {
                let slot = |entries: &[(Value, Value)]| Slot::Map(entries.to_vec());
                let wrote = json::shown(exchange.writer, pair.0, &slot(written));
                let got = json::shown(exchange.reader, pair.1, &slot(read));
                return self.report(at, Sort::Lost, wrote, got);
            };
            self.value((before.1, after.1), value, other, at);
        }
    }

    fn value(&mut self, pair: Pair<'c, 'a>, written: &Value, read: &Value, at: &At) {
        let exchange = self.exchange;
        let ids = (id(exchange.writer, pair.0), id(exchange.reader, pair.1));
        let sort = match (written, read, ids) {
            (Value::Message(written), Value::Message(read), (Some(writer), Some(reader))) => {
                return self.messages((writer, reader), written, read, at);
            }
            (Value::Message(tree), Value::Bytes(bytes) | Value::String(bytes), (Some(id), _)) => {
                encodes(exchange.writer, id, tree, bytes)
            }
            (Value::Bytes(bytes) | Value::String(bytes), Value::Message(tree), (_, Some(id))) => {
                encodes(exchange.reader, id, tree, bytes)
            }
            _ => scalar::compare(
                (exchange.writer, pair.0.field),
                (exchange.reader, pair.1.field),
                written,
                read,
            ),
        };
        if let Some(sort) = sort {
            let wrote = json::shown_value(exchange.writer, pair.0, written);
            let got = json::shown_value(exchange.reader, pair.1, read);
            self.report(at, sort, wrote, got);
        }
    }
}

fn id(types: &Types<'_, '_>, member: Member<'_, '_>) -> Option<MessageId> {
    types.message_of(member.field)
}

fn encodes(types: &Types<'_, '_>, id: MessageId, tree: &Tree, bytes: &[u8]) -> Option<Sort> {
    (binary::write(types, id, tree) != bytes).then_some(Sort::Changed)
}

fn one(slot: Option<&Slot>) -> Option<&Value> {
    match slot {
        Some(Slot::One(value)) => Some(value),
        _ => None,
    }
}

/// The values as a list; entries of a map as the messages that they are.
fn elements(slot: Option<&Slot>) -> Vec<Value> {
    match slot {
        None => Vec::new(),
        Some(Slot::One(value)) => vec![value.clone()],
        Some(Slot::Many(values)) => values.clone(),
        Some(Slot::Map(entries)) => {
            let entry = |(key, value): &(Value, Value)| {
                let mut tree = Tree::of(1, Slot::One(key.clone()));
                tree.fields.insert(2, Slot::One(value.clone()));
                Value::Message(tree)
            };
            entries.iter().map(entry).collect()
        }
    }
}

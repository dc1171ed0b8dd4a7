//! Which field of the writer is which of the reader, whatever number or key
//! they have: a value that arrives in a field that is another one is misread,
//! even if its type fits.

use super::{Direction, Exchange};
use crate::compat::pair::Change;
use crate::compat::schema::MessageId;
use crate::compat::witness::types::Member;

/// The numbers of fields that are one, the writer's first.
pub(super) struct Pairs(Vec<(i32, i32)>);

impl Pairs {
    pub(super) fn of(exchange: &Exchange<'_, '_, '_>, ids: (MessageId, MessageId)) -> Self {
        let (old, new) = match exchange.direction {
            Direction::Backward => ids,
            Direction::Forward => (ids.1, ids.0),
        };
        let changes =
            exchange.cx.fields(exchange.cx.old.message(old), exchange.cx.new.message(new));
        let kept = changes.into_iter().filter_map(Change::kept);
        let numbers = kept.map(|(old, new)| match exchange.direction {
            Direction::Backward => (old.number, new.number),
            Direction::Forward => (new.number, old.number),
        });
        Self(numbers.collect())
    }

    /// Whether either of two fields is one with another field.
    pub(super) fn part(&self, writer: Member<'_, '_>, reader: Member<'_, '_>) -> bool {
        if writer.extension.is_some() || reader.extension.is_some() {
            return false;
        }
        let numbers = (writer.field.number, reader.field.number);
        self.0.iter().any(|pair| (pair.0 == numbers.0) != (pair.1 == numbers.1))
    }

    /// What the reader calls a field of the writer.
    pub(super) fn read_as(
        &self,
        exchange: &Exchange<'_, '_, '_>,
        reader: MessageId,
        writer: Member<'_, '_>,
    ) -> Option<String> {
        let own = writer.extension.is_none();
        let pair = self.0.iter().find(|pair| own && pair.0 == writer.field.number)?;
        Some(exchange.reader.numbered(reader, pair.1)?.full_name())
    }

    /// What the writer calls a field of the reader.
    pub(super) fn written_as(
        &self,
        exchange: &Exchange<'_, '_, '_>,
        writer: MessageId,
        reader: Member<'_, '_>,
    ) -> Option<String> {
        let own = reader.extension.is_none();
        let pair = self.0.iter().find(|pair| own && pair.1 == reader.field.number)?;
        Some(exchange.writer.numbered(writer, pair.0)?.full_name())
    }
}

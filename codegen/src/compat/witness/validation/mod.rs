//! Values that both sides read alike and that only one of them accepts: by the
//! rules of `buf.validate`, and by what `google.api.field_behavior` says of a
//! field.

mod values;

use std::collections::BTreeSet;

use super::diff::{Difference, Direction, Sort};
use super::json;
use super::search::Sides;
use super::search::locate::{Located, locate};
use super::search::{base, first_slot};
use super::tree::Tree;
use super::types::{Member, Types};
use super::{Payload, Reading, Witness};
use crate::compat::finding::Finding;
use crate::compat::options::{
    Answer, Behavior, Element, Rules, behavior, field_rules, is_required,
};
use crate::compat::rules;
use crate::compat::schema::{Field, MessageId, Schema};

/// A field of both sides, that of the writer first.
struct Pair<'x, 'c, 'a> {
    direction: Direction,
    writer: &'x Types<'c, 'a>,
    id: MessageId,
    /// `None` where only the reader has it.
    wrote: Option<Member<'c, 'a>>,
    reads: &'c Field<'a>,
    reader: &'x Types<'c, 'a>,
}

/// A message that the reader's rules refuse, or of which they ignore a field.
pub(super) fn refused(
    sides: &Sides<'_, '_, '_>,
    finding: &Finding,
    directions: &[Direction],
) -> Option<Witness> {
    rules::find(finding.rule).filter(|rule| rule.family == "validation")?;
    let at = |place: &Option<_>, schema| place.as_ref().and_then(|place| locate(schema, place));
    let (old, new) = (at(&finding.old, sides.cx.old), at(&finding.new, sides.cx.new));
    directions.iter().find_map(|&direction| {
        if let Some(found) = empty_oneof(sides, direction, old, new) {
            return Some(found);
        }
        let pair = pair(sides, direction, old, new)?;
        missing(&pair).or_else(|| unaccepted(&pair)).or_else(|| misbehaved(&pair))
    })
}

fn pair<'x, 'c, 'a>(
    sides: &Sides<'x, 'c, 'a>,
    direction: Direction,
    old: Option<Located>,
    new: Option<Located>,
) -> Option<Pair<'x, 'c, 'a>> {
    let exchange = sides.exchange(direction);
    let (wrote, reads) = match direction {
        Direction::Backward => (old, new),
        Direction::Forward => (new, old),
    };
    let Some(Located::Field(reader_id, index)) = reads else { return None };
    let id = match (wrote.and_then(Located::message), direction) {
        (Some(id), _) => id,
        (None, Direction::Backward) => sides.cx.old_message_of(reader_id)?,
        (None, Direction::Forward) => sides.cx.new_message_of(reader_id)?,
    };
    let wrote = match wrote {
        Some(Located::Field(id, index)) => number(exchange.writer.schema, id, index)
            .and_then(|number| exchange.writer.numbered(id, number)),
        _ => None,
    };
    let reads = exchange.reader.schema.message(reader_id).fields.get(index)?;
    Some(Pair { direction, writer: exchange.writer, id, wrote, reads, reader: exchange.reader })
}

fn number(schema: &Schema<'_>, id: MessageId, index: usize) -> Option<i32> {
    schema.message(id).fields.get(index).map(|field| field.number)
}

impl Pair<'_, '_, '_> {
    fn witness(&self, tree: &Tree, reading: Reading) -> Option<Witness> {
        Some(Witness {
            direction: self.direction,
            subject: self.writer.schema.message(self.id).full_name.to_string(),
            payload: Payload::Json {
                json: json::write(self.writer, self.id, tree).ok()?.to_string(),
            },
            reading,
        })
    }
}

/// A message that sets no field of a oneof that the reader requires.
fn empty_oneof(
    sides: &Sides<'_, '_, '_>,
    direction: Direction,
    old: Option<Located>,
    new: Option<Located>,
) -> Option<Witness> {
    let exchange = sides.exchange(direction);
    let (id, reads) = match (direction, old, new) {
        (Direction::Backward, old, Some(Located::Oneof(id, index))) => {
            let writer = old.and_then(Located::message).or(sides.cx.old_message_of(id))?;
            (writer, sides.cx.new.message(id).oneofs.get(index)?)
        }
        (Direction::Forward, Some(Located::Oneof(id, index)), new) => {
            let writer = new.and_then(Located::message).or(sides.cx.new_message_of(id))?;
            (writer, sides.cx.old.message(id).oneofs.get(index)?)
        }
        _ => return None,
    };
    if !is_required(Element::Oneof, reads.options) {
        return None;
    }
    let json = json::write(exchange.writer, id, &base(exchange.writer, id)).ok()?;
    Some(Witness {
        direction,
        subject: exchange.writer.schema.message(id).full_name.to_string(),
        payload: Payload::Json { json: json.to_string() },
        reading: Reading::Refused { why: format!("no field of `{}` is set", reads.name) },
    })
}

fn required(field: &Field<'_>) -> bool {
    is_required(Element::Field, field.options) || behavior(field.options).has(Behavior::REQUIRED)
}

fn missing(pair: &Pair<'_, '_, '_>) -> Option<Witness> {
    if !required(pair.reads) || pair.wrote.is_some_and(|wrote| required(wrote.field)) {
        return None;
    }
    let why = format!("`{}` is required", pair.reads.name);
    pair.witness(&base(pair.writer, pair.id), Reading::Refused { why })
}

/// The numbers of a field's enum.
fn declared(types: &Types<'_, '_>, field: &Field<'_>) -> BTreeSet<i128> {
    let found = types.enum_of(field);
    found.into_iter().flat_map(|found| &found.values).map(|value| value.number.into()).collect()
}

fn unaccepted(pair: &Pair<'_, '_, '_>) -> Option<Witness> {
    let wrote = pair.wrote?;
    let own = field_rules(wrote.field.options, &declared(pair.writer, wrote.field));
    let theirs = field_rules(pair.reads.options, &declared(pair.reader, pair.reads));
    if own == theirs || values::is_opaque(&own) || values::is_opaque(&theirs) {
        return None;
    }
    let (number, base) = (wrote.field.number, base(pair.writer, pair.id));
    values::candidates(pair.writer, wrote, [&own, &theirs]).into_iter().find_map(|slot| {
        let options = values::only(wrote.field, &slot)?;
        let value = field_rules(&options, &BTreeSet::new()).accepted;
        let accepts = |rules: &Rules<'_>| value.is_within(&rules.accepted);
        if accepts(&own) != Answer::Yes || accepts(&theirs) != Answer::No {
            return None;
        }
        let mut tree = base.clone();
        tree.fields.insert(number, slot);
        let rules: Vec<_> = theirs.texts.iter().map(|(rule, v)| format!("{rule}: {v}")).collect();
        let why = format!("`{}` does not keep to `{}`", pair.reads.name, rules.join("`, `"));
        pair.witness(&tree, Reading::Refused { why })
    })
}

/// Fields that requests may no longer set.
fn misbehaved(pair: &Pair<'_, '_, '_>) -> Option<Witness> {
    let wrote = pair.wrote?;
    let (before, after) = (behavior(wrote.field.options), behavior(pair.reads.options));
    let became = |one| after.has(one) && !before.has(one);
    let slot = first_slot(pair.writer, wrote)?;
    let shown = json::shown(pair.writer, wrote, &slot);
    let tree = Tree { fields: [(wrote.field.number, slot)].into(), unknown: Vec::new() };
    if became(Behavior::IMMUTABLE) {
        let why = format!("`{}` cannot be changed by an update", pair.reads.name);
        return pair.witness(&tree, Reading::Refused { why });
    }
    if !became(Behavior::OUTPUT_ONLY) {
        return None;
    }
    let lost = Difference {
        path: wrote.field.name.to_owned(),
        sort: Sort::Lost,
        wrote: shown,
        read: "nothing".to_owned(),
        elements: vec![wrote.full_name()],
    };
    pair.witness(&tree, Reading::Misread { json: Some("{}".to_owned()), differences: vec![lost] })
}

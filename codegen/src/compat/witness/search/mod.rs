//! Looks for a payload that bears a finding out: in the directions and the
//! encodings that the finding names, the worst first, among few and plain
//! values.

mod candidates;
pub(super) mod locate;
mod names;
mod target;

use super::diff::{Direction, Encoding, Exchange, Sort};
use super::error::ReadError;
use super::json::{self, UnknownNames};
use super::tree::{Slot, Tree};
use super::types::{Member, Types};
use super::{Payload, Reading, Witness, binary, http, required, validation};
use crate::compat::finding::{Axis, Finding, Verdict};
use crate::compat::pair::Comparison;
use crate::compat::schema::MessageId;
pub(super) use candidates::base;
pub(super) use target::Sides;
use target::{Target, targets};

/// How many payloads are tried for one message and direction.
const MAX_PAYLOADS: usize = 3000;

/// A payload of one side that the other misreads because of a finding.
pub(super) fn payload(cx: &Comparison<'_, '_>, finding: &Finding) -> Option<Witness> {
    let directions = directions(finding);
    if directions.is_empty() {
        return None;
    }
    let (old, new) = (Types::new(cx.old), Types::new(cx.new));
    let sides = Sides { cx, old: &old, new: &new };
    message(&sides, finding, &directions)
        .or_else(|| names::value(&sides, finding, &directions))
        .or_else(|| names::any(&sides, finding))
        .or_else(|| validation::refused(&sides, finding, &directions))
        .or_else(|| http::call(&sides, finding, &directions))
}

/// A message that is misread.
fn message(
    sides: &Sides<'_, '_, '_>,
    finding: &Finding,
    directions: &[Direction],
) -> Option<Witness> {
    let encodings: Vec<_> = [(Axis::Wire, Encoding::Binary), (Axis::Json, Encoding::Json)]
        .into_iter()
        .filter(|(axis, _)| finding.axes.contains(axis))
        .map(|(_, encoding)| encoding)
        .collect();
    let targets = targets(sides, finding);
    let mut weak = None;
    for &direction in directions {
        for &encoding in &encodings {
            for target in &targets {
                match attempt(sides, direction, encoding, target) {
                    Some((witness, true)) => return Some(witness),
                    Some((witness, false)) => weak = weak.or(Some(witness)),
                    None => {}
                }
            }
        }
    }
    weak
}

/// The directions that do not work, the worse one first.
fn directions(finding: &Finding) -> Vec<Direction> {
    let verdicts = finding.directions;
    let mut directions =
        vec![(verdicts.backward, Direction::Backward), (verdicts.forward, Direction::Forward)];
    directions.retain(|(verdict, _)| *verdict != Verdict::Ok);
    directions.sort_by_key(|(verdict, _)| std::cmp::Reverse(*verdict));
    directions.into_iter().map(|(_, direction)| direction).collect()
}

/// The first payload that is refused or read as another value; else the first
/// that loses something less, with `false`.
fn attempt(
    sides: &Sides<'_, '_, '_>,
    direction: Direction,
    encoding: Encoding,
    target: &Target,
) -> Option<(Witness, bool)> {
    let ids = match direction {
        Direction::Backward => (target.old, target.new),
        Direction::Forward => (target.new, target.old),
    };
    let exchange = sides.exchange(direction);
    let mut weak = None;
    for tree in payloads(&exchange, encoding, ids, target) {
        match exchanged(&exchange, encoding, ids, target, &tree) {
            Some((witness, true)) => return Some((witness, true)),
            found => weak = weak.or(found),
        }
    }
    weak
}

/// The plainest value of a field.
pub(super) fn first_slot(types: &Types<'_, '_>, member: Member<'_, '_>) -> Option<Slot> {
    candidates::slots(types, member).into_iter().next()
}

/// Messages with one field set in turn, those for which this holds.
pub(super) fn single_fields(
    types: &Types<'_, '_>,
    id: MessageId,
    varies: impl Fn(Member<'_, '_>) -> bool,
) -> Vec<Tree> {
    let base = base(types, id);
    let mut found = vec![base.clone()];
    for member in types.members(id).filter(|member| varies(*member)) {
        for slot in candidates::slots(types, member) {
            let mut tree = base.clone();
            tree.fields.insert(member.field.number, slot);
            found.push(tree);
        }
    }
    found.truncate(MAX_PAYLOADS);
    found
}

fn payloads(
    exchange: &Exchange<'_, '_, '_>,
    encoding: Encoding,
    ids: (MessageId, MessageId),
    target: &Target,
) -> Vec<Tree> {
    let base = base(exchange.writer, ids.0);
    let with = |tree: &Tree, number: i32, slot: Slot| {
        let mut tree = tree.clone();
        tree.fields.insert(number, slot);
        tree
    };
    let mut found = single_fields(exchange.writer, ids.0, |member| target.varies(member));
    let varied = || exchange.writer.members(ids.0).filter(|member| target.varies(*member));
    // Two fields that exclude each other for the reader alone.
    let reader_oneof = |member| exchange.counterpart(encoding, ids.1, member)?.oneof();
    for member in varied() {
        let Some(oneof) = reader_oneof(member) else { continue };
        let others = exchange.writer.members(ids.0).filter(|other| {
            other.field.number != member.field.number
                && (other.oneof().is_none() || other.oneof() != member.oneof())
                && reader_oneof(*other) == Some(oneof)
        });
        for other in others {
            let first = |member| candidates::slots(exchange.writer, member).into_iter().next();
            if let (Some(one), Some(two)) = (first(member), first(other)) {
                let tree = with(&base, member.field.number, one);
                found.push(with(&tree, other.field.number, two));
            }
        }
    }
    found.truncate(MAX_PAYLOADS);
    found
}

/// What the reader makes of a payload, if it misreads it.
fn exchanged(
    exchange: &Exchange<'_, '_, '_>,
    encoding: Encoding,
    ids: (MessageId, MessageId),
    target: &Target,
    tree: &Tree,
) -> Option<(Witness, bool)> {
    let json = json::write(exchange.writer, ids.0, tree).ok();
    let (payload, read) = match encoding {
        Encoding::Binary => {
            let bytes = binary::write(exchange.writer, ids.0, tree);
            let read = binary::read_partial(exchange.reader, ids.1, &bytes);
            (Payload::Binary { bytes, json: json.map(|json| json.to_string()) }, read)
        }
        Encoding::Json => {
            let json = json?;
            let read = json::read_partial(exchange.reader, ids.1, &json, UnknownNames::Refuse);
            (Payload::Json { json: json.to_string() }, read)
        }
    };
    let (reading, strong) = judged(exchange, encoding, ids, target, (tree, read))?;
    let subject = exchange.writer.schema.message(ids.0).full_name.to_string();
    Some((Witness { direction: exchange.direction, subject, payload, reading }, strong))
}

/// What a reading says of the target, if it says anything.
fn judged(
    exchange: &Exchange<'_, '_, '_>,
    encoding: Encoding,
    ids: (MessageId, MessageId),
    target: &Target,
    (written, read): (&Tree, Result<Tree, ReadError>),
) -> Option<(Reading, bool)> {
    let refused = |error: &ReadError| (Reading::Refused { why: error.to_string() }, true);
    let read = match read {
        Ok(read) => read,
        Err(error) => return target.is_refused_by(&error).then(|| refused(&error)),
    };
    // Another field that is missing must not hide what this one does.
    let missing = required::missing(exchange.reader, ids.1, &read);
    if let Some(error) = missing.iter().find(|error| target.is_refused_by(error)) {
        return Some(refused(error));
    }
    let differences = exchange.differences(encoding, ids, written, &read);
    let told: Vec<_> = differences.into_iter().filter(|found| target.is_told_by(found)).collect();
    let worst = told.iter().map(|difference| difference.sort).max()?;
    let json = json::write(exchange.reader, ids.1, &read).ok().map(|json| json.to_string());
    Some((Reading::Misread { json, differences: told }, worst >= Sort::Lost))
}

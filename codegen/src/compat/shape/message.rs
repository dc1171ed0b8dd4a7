//! Two messages that are not one: whether they hold the same under other
//! names. The verdict is the worst of all pairs of messages that are reached
//! from them, which needs no recursion, so that cycles end by themselves.
//! Pairs that are one message are left out: what changed in them is found
//! where they stand.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use super::{Reading, Shape, field, json, oneofs};
use crate::compat::finding::Verdict::{self, Break, Lossy};
use crate::compat::pair::{Change, Comparison, type_text};
use crate::compat::schema::{Cardinality, Field, MessageId};

/// How each side reads the other's message, and the field that is to blame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The verdicts.
    pub shape: Shape,
    /// The first of the worst differences; `None` where both hold the same.
    pub first: Option<String>,
}

/// The verdicts that were asked for, of one comparison.
#[derive(Debug, Default)]
pub struct Memo(Mutex<HashMap<(MessageId, MessageId), Arc<Difference>>>);

/// Compares the contents of a message of each side.
pub fn message(cx: &Comparison<'_, '_>, old: MessageId, new: MessageId) -> Arc<Difference> {
    let known = |memo: &Memo| memo.0.lock().map_or(None, |memo| memo.get(&(old, new)).cloned());
    if let Some(known) = known(cx.shapes()) {
        return known;
    }
    let found = Arc::new(compare(cx, old, new));
    if let Ok(mut memo) = cx.shapes().0.lock() {
        memo.insert((old, new), found.clone());
    }
    found
}

fn compare(cx: &Comparison<'_, '_>, old: MessageId, new: MessageId) -> Difference {
    let mut difference = Difference { shape: Shape::OK, first: None };
    let mut seen = BTreeSet::from([(old, new)]);
    let mut pending = VecDeque::from([(old, new)]);
    while let Some((old, new)) = pending.pop_front() {
        let json = special(cx, old, new);
        for (mut shape, told) in local(cx, old, new) {
            if let Some(json) = json {
                (shape.backward.json, shape.forward.json) = json;
            }
            let worst = difference.shape.worst(shape);
            if difference.first.is_none() && shape != Shape::OK
                || worst.directions() != difference.shape.directions()
            {
                difference.first = Some(told);
            }
            difference.shape = worst;
        }
        let (old, new) = (cx.old.message(old), cx.new.message(new));
        for (old, new) in cx.fields(old, new).into_iter().filter_map(Change::kept) {
            pending.extend(field::referents(cx, old, new).filter(|&pair| seen.insert(pair)));
        }
    }
    difference
}

/// The verdicts for JSON where it treats one of the messages in its own way:
/// its fields do not show.
fn special(cx: &Comparison<'_, '_>, old: MessageId, new: MessageId) -> Option<(Verdict, Verdict)> {
    let (old, new) = (&cx.old.message(old).full_name, &cx.new.message(new).full_name);
    (json::is_special(old) || json::is_special(new)).then(|| json::read_messages(old, new))
}

/// What differs between two messages, without what their fields refer to.
fn local(cx: &Comparison<'_, '_>, old: MessageId, new: MessageId) -> Vec<(Shape, String)> {
    let (before, after) = (cx.old.message(old), cx.new.message(new));
    let mut found = Vec::new();
    for change in cx.fields(before, after) {
        match change {
            Change::Removed(old) => {
                let shape = Shape { backward: Reading::both(Lossy), forward: absent(cx, old) };
                found.push((shape, format!("field {} `{}` is gone", old.number, old.name)));
            }
            Change::Added(new) if cx.new.cardinality(new) == Cardinality::Required => {
                let shape = Shape { backward: Reading::both(Break), ..Shape::OK };
                found.push((shape, format!("field {} `{}` is required", new.number, new.name)));
            }
            Change::Added(_) => {}
            Change::Kept { old, new } => {
                found.push((field(cx, old, new), told(cx, old, new)));
            }
        }
    }
    for moved in oneofs::joined(cx, before, after) {
        let name = after.oneofs[moved.oneof].name;
        found.push((moved.shape, format!("fields came into the oneof `{name}`")));
    }
    for moved in oneofs::left(cx, before, after) {
        let name = before.oneofs[moved.oneof].name;
        found.push((moved.shape, format!("fields left the oneof `{name}`")));
    }
    found
}

/// What an old reader makes of a field that is never written.
fn absent(cx: &Comparison<'_, '_>, old: &Field<'_>) -> Reading {
    let required = cx.old.cardinality(old) == Cardinality::Required;
    Reading::both(if required { Break } else { Lossy })
}

fn told(cx: &Comparison<'_, '_>, old: &Field<'_>, new: &Field<'_>) -> String {
    let describe = |schema, field: &Field<'_>| {
        format!("`{} {} = {}`", type_text(schema, field), field.name, field.number)
    };
    format!("{} became {}", describe(cx.old, old), describe(cx.new, new))
}

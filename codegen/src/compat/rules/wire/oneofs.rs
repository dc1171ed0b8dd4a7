//! Fields that come to exclude each other, or cease to.

use crate::compat::finding::{Axis, Directions, Finding, Level, Place, Verdict};
use crate::compat::pair::{
    Change, Comparison, FieldChange, MessageChange, OneofChange, message_place,
};
use crate::compat::rule::{Check, Rule, Sink};
use crate::compat::rules::row::row;
use crate::compat::schema::{MessageId, Schema};
use crate::compat::shape::{self, Moved};

pub(super) const JOINED: Rule = row! {
    wire "oneof-joined": Error [Wire, Json, Source] B Break F Break,
    anchor ["FIELD_SAME_ONEOF"],
    "fields that could be set together came into one oneof",
    Check::Message(joined)
};

pub(super) const LEFT: Rule = row! {
    wire "oneof-left": Error [Wire, Json, Source] B Lossy F Break,
    anchor ["FIELD_SAME_ONEOF", "ONEOF_NO_DELETE"],
    "fields that excluded each other left their oneof",
    Check::Message(left)
};

pub(super) const RENAMED: Rule = row! {
    wire "oneof-renamed": Warning [Source] B Ok F Ok,
    anchor ["ONEOF_NO_DELETE", "FIELD_SAME_ONEOF"],
    "a oneof has another name",
    Check::Oneof(renamed)
};

pub(super) const MEMBER_ADDED: Rule = row! {
    wire "oneof-member-added": Warning [Wire, Json, Source] B Ok F Lossy,
    anchor [],
    "a oneof has a new field, which old readers take for nothing",
    Check::Field(member_added)
};

const ONEOF: i32 = 8;

fn joined(change: &MessageChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old_id, new_id)) = change.change.kept() else { return };
    let (old, new) = (change.cx.old.message(old_id), change.cx.new.message(new_id));
    if new.oneofs.is_empty() {
        return;
    }
    for moved in shape::joined(change.cx, old, new) {
        let oneof = &new.oneofs[moved.oneof];
        let message = format!("{} came into the oneof `{}`", named(&moved), oneof.name);
        let place = at(change.cx.new, new_id, moved.oneof);
        report(change, sink, message, moved.shape.directions(), None, Some(place)).element =
            format!("{}.{}", new.full_name, oneof.name);
    }
}

fn left(change: &MessageChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old_id, new_id)) = change.change.kept() else { return };
    let (old, new) = (change.cx.old.message(old_id), change.cx.new.message(new_id));
    if old.oneofs.is_empty() {
        return;
    }
    for moved in shape::left(change.cx, old, new) {
        let oneof = &old.oneofs[moved.oneof];
        let message = format!("{} left the oneof `{}`", named(&moved), oneof.name);
        let place = at(change.cx.old, old_id, moved.oneof);
        report(change, sink, message, moved.shape.directions(), Some(place), None).element =
            format!("{}.{}", new.full_name, oneof.name);
    }
}

fn at(schema: &Schema<'_>, id: MessageId, oneof: usize) -> Place {
    message_place(schema, id, &[ONEOF, i32::try_from(oneof).unwrap_or(i32::MAX)])
}

fn report<'s>(
    change: &MessageChange<'_, '_>,
    sink: &'s mut Sink<'_>,
    message: String,
    directions: Directions,
    old: Option<Place>,
    new: Option<Place>,
) -> &'s mut Finding {
    let finding = change.report(sink, message, directions);
    if directions == Directions::OK {
        finding.level = Level::Info;
        finding.axes = vec![Axis::Source];
    } else if directions.backward.max(directions.forward) < Verdict::Break {
        finding.level = Level::Warning;
    }
    finding.old = old.or(finding.old.take());
    finding.new = new.or(finding.new.take());
    finding
}

/// The fields that moved: "field 3 `text`", "fields 3 `text` and 4 `url`".
fn named(moved: &Moved<'_, '_>) -> String {
    let names: Vec<_> =
        moved.fields.iter().map(|(_, new)| format!("{} `{}`", new.number, new.name)).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => {
            format!("fields {} and {last}", rest.join(", "))
        }
        _ => format!("field {}", names.concat()),
    }
}

fn renamed(change: &OneofChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    let old = &change.cx.old.message(change.old_message).oneofs[old];
    let new = &change.cx.new.message(change.new_message).oneofs[new];
    if old.name != new.name {
        let message = format!("the oneof `{}` was renamed to `{}`", old.name, new.name);
        change.report(sink, message, Directions::OK);
    }
}

fn member_added(change: &FieldChange<'_, '_>, sink: &mut Sink<'_>) {
    let Change::Added(field) = change.change else { return };
    let cx: &Comparison<'_, '_> = change.cx;
    let (old, new) = (cx.old.message(change.old_message), cx.new.message(change.new_message));
    let Some(oneof) = field.oneof else { return };
    let grew = cx
        .oneofs(old, new)
        .into_iter()
        .any(|pair| pair.kept().is_some_and(|(_, new)| new == oneof));
    if grew {
        let message = format!(
            "field {} `{}` is new in the oneof `{}`",
            field.number, field.name, new.oneofs[oneof].name
        );
        change.report(sink, message, Directions::new(Verdict::Ok, Verdict::Lossy));
    }
}

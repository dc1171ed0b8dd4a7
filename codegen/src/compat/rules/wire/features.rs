//! Features of editions and what syntaxes mean by them. A file that changes
//! one changes it for everything inside; that is one cause and one finding.

use std::collections::BTreeMap;

use crate::compat::finding::{Axis, Directions, Place, Positions, Verdict};
use crate::compat::pair::{
    Change, Comparison, EnumChange, FieldChange, FileChange, MessageChange, file_place,
};
use crate::compat::rule::{Check, Rule, Sink};
use crate::compat::rules::row::row;
use crate::compat::schema::{Features, FileId, Kind};

use super::types::{TypeChange, type_change};

pub(super) const CLOSEDNESS: Rule = row! {
    wire "enum-closedness-changed": Warning [Wire, Source] B Conditional F Conditional,
    anchor ["ENUM_SAME_TYPE", "FILE_SAME_SYNTAX"],
    "an enum began or ceased to take numbers that it does not declare",
    Check::Whole(closedness_changed)
};

pub(super) const UTF8: Rule = row! {
    wire "utf8-validation-changed": Warning [Wire] B Conditional F Conditional,
    anchor ["FIELD_SAME_UTF8_VALIDATION", "FIELD_SAME_JAVA_UTF8_VALIDATION", "FILE_SAME_SYNTAX"],
    "strings began or ceased to be checked for UTF-8",
    Check::Whole(utf8_changed)
};

pub(super) const JSON_FORMAT: Rule = row! {
    wire "json-format-changed": Warning [Json] B Conditional F Conditional,
    anchor ["MESSAGE_SAME_JSON_FORMAT", "ENUM_SAME_JSON_FORMAT", "FILE_SAME_SYNTAX"],
    "JSON is no longer promised to work",
    Check::Whole(json_format_changed)
};

pub(super) const DELIMITED: Rule = row! {
    wire "delimited-changed": Error [Wire] B Break F Break,
    anchor ["FIELD_SAME_TYPE", "FIELD_WIRE_COMPATIBLE_TYPE", "FIELD_WIRE_JSON_COMPATIBLE_TYPE"],
    "a message is encoded between tags and was encoded behind its length, or the reverse",
    Check::Whole(delimited_changed)
};

type Report<'r> = Box<dyn FnOnce(&mut Sink<'_>, Directions) + 'r>;

/// An element for which a feature changed.
pub(super) struct Affected<'r> {
    /// Its file on each side.
    pub(super) files: (FileId, FileId),
    /// Whether the feature changed for the whole file.
    pub(super) by_file: bool,
    /// Who writes and reads it.
    pub(super) positions: Positions,
    /// What the change does to it.
    pub(super) directions: Directions,
    /// Tells of it alone.
    pub(super) report: Report<'r>,
}

/// Tells of each element, or once of those of a file that changed as a whole.
pub(super) fn tell(
    cx: &Comparison<'_, '_>,
    sink: &mut Sink<'_>,
    affected: Vec<Affected<'_>>,
    message: impl Fn(usize) -> String,
) {
    let mut by_file: BTreeMap<(FileId, FileId), Vec<Affected<'_>>> = BTreeMap::new();
    for one in affected {
        if one.by_file {
            by_file.entry(one.files).or_default().push(one);
        } else {
            (one.report)(sink, one.directions);
        }
    }
    for ((old, new), mut affected) in by_file {
        if affected.len() == 1 {
            let one = affected.remove(0);
            (one.report)(sink, one.directions);
            continue;
        }
        let directions = affected.iter().fold(Directions::OK, |all, one| all.worst(one.directions));
        let positions = affected.iter().fold(Positions::NONE, |all, one| all.union(one.positions));
        let message =
            format!("{} with the syntax or features of the file", message(affected.len()));
        let pair = FileChange { cx, change: Change::Kept { old, new } };
        let finding = pair.report(sink, message, directions);
        finding.positions = positions;
        // The line that states syntax or edition.
        finding.old = Some(Place { path: vec![SYNTAX], ..file_place(old) });
        finding.new = Some(Place { path: vec![SYNTAX], ..file_place(new) });
    }
}

/// The tag of `syntax` in a file, which has the span of an edition too.
const SYNTAX: i32 = 12;

/// Whether a feature of both files changed as it did for an element.
fn by_file<T: PartialEq>(
    cx: &Comparison<'_, '_>,
    (old, new): (FileId, FileId),
    feature: impl Fn(&Features) -> T,
) -> bool {
    feature(&cx.old.file(old).features) != feature(&cx.new.file(new).features)
}

fn closedness_changed(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    let mut affected = Vec::new();
    for &change in &cx.enums {
        let Some((old, new)) = change.kept() else { continue };
        let (old, new) = (cx.old.enumeration(old), cx.new.enumeration(new));
        if old.features.closed_enum == new.features.closed_enum {
            continue;
        }
        let (message, directions) = if new.features.closed_enum {
            let directions = Directions::new(Verdict::Conditional, Verdict::Ok);
            ("the enum is closed and was open", directions)
        } else {
            let directions = Directions::new(Verdict::Ok, Verdict::Conditional);
            ("the enum is open and was closed", directions)
        };
        let files = (old.scope.file, new.scope.file);
        affected.push(Affected {
            files,
            by_file: by_file(cx, files, |features| features.closed_enum),
            positions: cx.enum_positions(change),
            directions,
            report: Box::new(move |sink, directions| {
                EnumChange { cx, change }.report(sink, message, directions);
            }),
        });
    }
    tell(cx, sink, affected, |count| format!("{count} enums became open or closed"));
}

fn json_format_changed(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    let mut affected = Vec::new();
    for &change in &cx.messages {
        let Some((old, new)) = change.kept() else { continue };
        let (old, new) = (cx.old.message(old), cx.new.message(new));
        if !old.map_entry && unpromised(old.features, new.features) {
            let files = (old.scope.file, new.scope.file);
            let report: Report<'_> = Box::new(move |sink, directions| {
                MessageChange { cx, change }.report(sink, UNPROMISED, directions);
            });
            affected.push(best_effort(cx, files, cx.message_positions(change), report));
        }
    }
    for &change in &cx.enums {
        let Some((old, new)) = change.kept() else { continue };
        let (old, new) = (cx.old.enumeration(old), cx.new.enumeration(new));
        if unpromised(old.features, new.features) {
            let files = (old.scope.file, new.scope.file);
            let report: Report<'_> = Box::new(move |sink, directions| {
                EnumChange { cx, change }.report(sink, UNPROMISED, directions);
            });
            affected.push(best_effort(cx, files, cx.enum_positions(change), report));
        }
    }
    tell(cx, sink, affected, |count| {
        format!("the mapping to JSON of {count} types changed from promised to best effort")
    });
}

const UNPROMISED: &str = "the mapping to JSON was promised to work and is best effort";

fn unpromised(old: Features, new: Features) -> bool {
    old.json_allowed && !new.json_allowed
}

fn best_effort<'r>(
    cx: &Comparison<'_, '_>,
    files: (FileId, FileId),
    positions: Positions,
    report: Report<'r>,
) -> Affected<'r> {
    let directions = Directions::new(Verdict::Conditional, Verdict::Conditional);
    let by_file = by_file(cx, files, |features| features.json_allowed);
    Affected { files, by_file, positions, directions, report }
}

/// Every field that both sides have, with the files of its messages.
fn kept_fields<'x, 'c, 'a>(
    cx: &'x Comparison<'c, 'a>,
    mut visit: impl FnMut(FieldChange<'x, 'a>, (FileId, FileId)),
) where
    'c: 'x,
{
    for &(old_message, new_message) in cx.changed_messages() {
        let (old, new) = (cx.old.message(old_message), cx.new.message(new_message));
        for change in cx.fields(old, new).into_iter().filter(|change| change.kept().is_some()) {
            let pair = FieldChange { cx, old_message, new_message, change };
            visit(pair, (old.scope.file, new.scope.file));
        }
    }
}

fn utf8_changed(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    let mut affected = Vec::new();
    kept_fields(cx, |pair, files| {
        let Some((old, new)) = pair.change.kept() else { return };
        let strings = old.kind == Kind::String && new.kind == Kind::String;
        if !strings || old.features.utf8_verified == new.features.utf8_verified {
            return;
        }
        let told = if new.features.utf8_verified {
            "is checked for UTF-8 and was not"
        } else {
            "was checked for UTF-8 and is no more"
        };
        let message = format!("field {} `{}` {told}", new.number, new.name);
        let (checked, free) = (Verdict::Conditional, Verdict::Ok);
        let directions = if new.features.utf8_verified {
            Directions::new(checked, free)
        } else {
            Directions::new(free, checked)
        };
        affected.push(Affected {
            files,
            by_file: by_file(cx, files, |features| features.utf8_verified),
            positions: pair.positions(),
            directions,
            report: Box::new(move |sink, directions| {
                pair.report(sink, message, directions);
            }),
        });
    });
    tell(cx, sink, affected, |count| format!("the check for UTF-8 of {count} strings changed"));
}

fn delimited_changed(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    let mut affected = Vec::new();
    kept_fields(cx, |pair, files| {
        let Some((old, new)) = pair.change.kept() else { return };
        if !matches!(type_change(cx, old, new), Some(TypeChange::Delimited)) {
            return;
        }
        let told = if new.kind == Kind::Group {
            "is encoded between tags and was encoded behind its length"
        } else {
            "is encoded behind its length and was encoded between tags"
        };
        let message = format!("field {} `{}` {told}", new.number, new.name);
        affected.push(Affected {
            files,
            by_file: by_file(cx, files, |features| features.delimited),
            positions: pair.positions(),
            directions: Directions::BREAK,
            report: Box::new(move |sink, directions| {
                pair.report(sink, message, directions).axes = vec![Axis::Wire];
            }),
        });
    });
    tell(cx, sink, affected, |count| format!("the encoding of {count} message fields changed"));
}

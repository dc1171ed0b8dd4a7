//! Extensions: a number in the message that is extended, and a full name in
//! JSON.

use super::types::{TypeChange, told, type_change};
use crate::compat::finding::{Directions, Verdict};
use crate::compat::pair::{Change, ExtensionChange, type_text};
use crate::compat::rule::{Check, Rule, Sink};
use crate::compat::rules::row::row;
use crate::compat::schema::Extension;
use crate::compat::shape::Shape;

pub(super) const REMOVED: Rule = row! {
    wire "extension-removed": Error [Wire, Json, Source] B Lossy F Lossy,
    anchor ["EXTENSION_NO_DELETE", "PACKAGE_EXTENSION_NO_DELETE"],
    "an extension is gone",
    Check::Extension(removed)
};

pub(super) const RENUMBERED: Rule = row! {
    wire "extension-renumbered": Error [Wire] B Break F Break,
    anchor [],
    "an extension has another number or extends another message",
    Check::Extension(renumbered)
};

pub(super) const RENAMED: Rule = row! {
    wire "extension-renamed": Error [Json, Source] B Break F Break,
    anchor ["EXTENSION_NO_DELETE", "PACKAGE_EXTENSION_NO_DELETE", "FIELD_SAME_NAME"],
    "an extension has another full name",
    Check::Extension(renamed)
};

pub(super) const TYPE: Rule = row! {
    wire "extension-type-changed": Error [Wire, Json, Source] B Break F Break,
    anchor ["FIELD_SAME_TYPE", "FIELD_WIRE_COMPATIBLE_TYPE", "FIELD_WIRE_JSON_COMPATIBLE_TYPE", "FIELD_SAME_CARDINALITY", "FIELD_WIRE_COMPATIBLE_CARDINALITY", "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY"],
    "the values of an extension have another type or number",
    Check::Extension(type_changed)
};

fn removed(change: &ExtensionChange<'_, '_>, sink: &mut Sink<'_>) {
    let Change::Removed(id) = change.change else { return };
    let old = change.cx.old.extension(id);
    if change.cx.old.file(old.scope.file).is_import {
        return;
    }
    let message = format!(
        "the extension with the number {} of `{}` was removed",
        old.field.number, old.extendee
    );
    change.report(sink, message, Directions::new(Verdict::Lossy, Verdict::Lossy));
}

fn kept<'c, 'a>(
    change: &ExtensionChange<'c, 'a>,
) -> Option<(&'c Extension<'a>, &'c Extension<'a>)> {
    let (old, new) = change.change.kept()?;
    Some((change.cx.old.extension(old), change.cx.new.extension(new)))
}

fn same_extendee(change: &ExtensionChange<'_, '_>) -> bool {
    kept(change).is_some_and(|(old, new)| change.cx.same_type(old.extendee, new.extendee))
}

fn renumbered(change: &ExtensionChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = kept(change) else { return };
    if !same_extendee(change) {
        let message =
            format!("the extension extends `{}` and extended `{}`", new.extendee, old.extendee);
        change.report(sink, message, Directions::BREAK);
    } else if old.field.number != new.field.number {
        let message = format!(
            "the extension was renumbered from {} to {}",
            old.field.number, new.field.number
        );
        change.report(sink, message, Directions::BREAK);
    }
}

fn renamed(change: &ExtensionChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = kept(change) else { return };
    if old.full_name != new.full_name {
        let message = format!(
            "the extension with the number {} of `{}` was `{}` and is `{}`",
            new.field.number, new.extendee, old.full_name, new.full_name
        );
        change.report(sink, message, Directions::BREAK);
    }
}

fn type_changed(change: &ExtensionChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = kept(change) else { return };
    let cx = change.cx;
    let (shape, told): (Shape, String) = match type_change(cx, &old.field, &new.field) {
        None | Some(TypeChange::Delimited) => return,
        Some(TypeChange::Message(found)) => (found.shape, format!(", {}", told(&found))),
        Some(TypeChange::Type(shape) | TypeChange::Enum(shape) | TypeChange::Count(shape)) => {
            (shape, String::new())
        }
    };
    let message = format!(
        "the extension changed its type from `{}` to `{}`{told}",
        type_text(cx.old, &old.field),
        type_text(cx.new, &new.field)
    );
    let finding = change.report(sink, message, shape.directions());
    finding.judge_by(shape);
}

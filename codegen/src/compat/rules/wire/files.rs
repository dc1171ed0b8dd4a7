//! Files and packages that are gone or have another name, and what files hand
//! on. What goes with them is counted, not told one by one; services are told
//! on their own, as callers lose them.

use std::collections::BTreeSet;

use crate::compat::finding::{Axis, Directions, Level, Verdict};
use crate::compat::pair::{Change, Comparison, FileChange};
use crate::compat::rule::{Check, Rule, Sink};
use crate::compat::rules::row::row;
use crate::compat::schema::{FileId, Schema};

use super::moves::packs_any;

pub(super) const REMOVED: Rule = row! {
    wire "file-removed": Error [Wire, Json, Source],
    anchor ["FILE_NO_DELETE"],
    "a file is gone",
    Check::File(removed)
};

pub(super) const RENAMED: Rule = row! {
    wire "file-renamed": Warning [Source],
    anchor ["FILE_NO_DELETE"],
    "what a file declared is in a file of another name",
    Check::File(renamed)
};

pub(super) const PACKAGE_REMOVED: Rule = row! {
    wire "package-removed": Error [Wire, Json, Source],
    anchor ["PACKAGE_NO_DELETE", "FILE_SAME_PACKAGE"],
    "no file of a package is left",
    Check::Whole(package_removed)
};

pub(super) const PACKAGE_RENAMED: Rule = row! {
    wire "package-renamed": Warning [Wire, Json, Source],
    anchor ["PACKAGE_NO_DELETE", "FILE_SAME_PACKAGE"],
    "what a package declared is in another one",
    Check::Whole(package_renamed)
};

pub(super) const PUBLIC_IMPORT: Rule = row! {
    wire "public-import-removed": Warning [Source],
    anchor [],
    "a file no longer hands on what it imports",
    Check::File(public_import_removed)
};

/// What became of a file or a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate<'a> {
    /// It is there, or something around it is told.
    Stayed,
    /// It is gone with what it declared.
    Gone,
    /// All that is left of it is in the package of this name.
    Renamed(&'a str),
}

/// The files of a package that are compared.
fn files<'s, 'a>(schema: &'s Schema<'a>, package: &str) -> Vec<FileId> {
    (0..schema.files.len())
        .map(FileId)
        .filter(|&id| schema.file(id).package == package && !schema.file(id).is_import)
        .collect()
}

/// The files in which the types and services of a file are now.
fn heirs(cx: &Comparison<'_, '_>, file: FileId) -> BTreeSet<FileId> {
    let file = cx.old.file(file);
    let scopes = file
        .messages
        .iter()
        .map(|&id| cx.new_message_of(id).map(|id| cx.new.message(id).scope))
        .chain(
            file.enums.iter().map(|&id| cx.new_enum_of(id).map(|id| cx.new.enumeration(id).scope)),
        )
        .chain(
            file.services
                .iter()
                .map(|&id| cx.new_service_of(id).map(|id| cx.new.service(id).scope)),
        );
    scopes.flatten().map(|scope| scope.file).collect()
}

/// The names of those files.
fn heir_files(cx: &Comparison<'_, '_>, file: FileId) -> Vec<String> {
    heirs(cx, file).into_iter().map(|file| format!("`{}`", cx.new.file(file).name)).collect()
}

pub(super) fn fate_of_package<'a>(cx: &Comparison<'_, 'a>, package: &str) -> Fate<'a> {
    let before = files(cx.old, package);
    // A package that both sides have stayed; so did one whose files are not
    // compared, as they are equal.
    if before.is_empty() || cx.new.files.iter().any(|file| file.package == package) {
        return Fate::Stayed;
    }
    let mut packages = BTreeSet::new();
    for file in before {
        packages.extend(heirs(cx, file).into_iter().map(|file| cx.new.file(file).package));
    }
    match packages.len() {
        1 => packages.first().map_or(Fate::Gone, |package| Fate::Renamed(package)),
        0 => Fate::Gone,
        // Told type by type.
        _ => Fate::Stayed,
    }
}

pub(super) fn fate_of_file<'a>(cx: &Comparison<'_, 'a>, file: FileId) -> Fate<'a> {
    if cx.new_file_of(file).is_some() {
        return match fate_of_package(cx, cx.old.file(file).package) {
            Fate::Gone => Fate::Gone,
            _ => Fate::Stayed,
        };
    }
    if heirs(cx, file).is_empty() { Fate::Gone } else { Fate::Stayed }
}

/// "3 messages, 1 enum" that a file declared at its top and that are gone.
fn lost(cx: &Comparison<'_, '_>, files: &[FileId]) -> String {
    let files = || files.iter().map(|&file| cx.old.file(file));
    let messages = files().flat_map(|file| &file.messages);
    let enums = files().flat_map(|file| &file.enums);
    let counts = [
        (messages.filter(|&&id| cx.new_message_of(id).is_none()).count(), "message"),
        (enums.filter(|&&id| cx.new_enum_of(id).is_none()).count(), "enum"),
    ];
    let told = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| format!("{count} {noun}{}", if count == 1 { "" } else { "s" }));
    told.collect::<Vec<_>>().join(" and ")
}

/// New readers cannot read what was written as a type that is gone.
const UNREADABLE: Directions = Directions::new(Verdict::Break, Verdict::Ok);

fn removed(change: &FileChange<'_, '_>, sink: &mut Sink<'_>) {
    let Change::Removed(id) = change.change else { return };
    let file = change.cx.old.file(id);
    if file.is_import || fate_of_package(change.cx, file.package) != Fate::Stayed {
        return;
    }
    let gone = lost(change.cx, &[id]);
    if fate_of_file(change.cx, id) == Fate::Gone && !gone.is_empty() {
        change.report(sink, format!("the file was removed, and with it {gone}"), UNREADABLE);
    } else {
        let now = match &heir_files(change.cx, id)[..] {
            [] => String::new(),
            files => format!("; what it declared is in {}", files.join(", ")),
        };
        let finding = change.report(sink, format!("the file was removed{now}"), Directions::OK);
        finding.level = Level::Warning;
        finding.axes = vec![Axis::Source];
    }
}

fn renamed(change: &FileChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    let (old, new) = (change.cx.old.file(old), change.cx.new.file(new));
    let along = matches!(fate_of_package(change.cx, old.package), Fate::Renamed(_));
    if old.name != new.name && !along {
        let message = format!("the file was renamed from `{}`", old.name);
        change.report(sink, message, Directions::OK);
    }
}

/// The packages of the old side that are compared, and a file of each.
fn packages<'a>(schema: &Schema<'a>) -> Vec<(&'a str, FileId)> {
    let mut seen = BTreeSet::new();
    let ids = (0..schema.files.len()).map(FileId).filter(|&id| !schema.file(id).is_import);
    ids.map(|id| (schema.file(id).package, id)).filter(|(name, _)| seen.insert(*name)).collect()
}

fn package_removed(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    for (package, file) in packages(cx.old) {
        if fate_of_package(cx, package) != Fate::Gone {
            continue;
        }
        let before = files(cx.old, package);
        let gone = lost(cx, &before);
        let with = if gone.is_empty() { gone } else { format!(", and with it {gone}") };
        let pair = FileChange { cx, change: Change::Removed(file) };
        let message = format!("the package `{}` was removed{with}", called(package));
        pair.report(sink, message, UNREADABLE).element = called(package).to_owned();
    }
}

fn called(package: &str) -> &str {
    if package.is_empty() { "(none)" } else { package }
}

fn package_renamed(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    for (package, file) in packages(cx.old) {
        let Fate::Renamed(new) = fate_of_package(cx, package) else { continue };
        let after = cx.new_file_of(file);
        let change = match after {
            Some(new) => Change::Kept { old: file, new },
            None => Change::Removed(file),
        };
        let message =
            format!("the package was renamed from `{}` to `{}`", called(package), called(new));
        let named = packs_any(cx);
        let directions = if named { Directions::BREAK } else { Directions::OK };
        let finding = FileChange { cx, change }.report(sink, message, directions);
        finding.element = called(new).to_owned();
        if named {
            finding.why = Some(
                "messages travel in `google.protobuf.Any`, whose type URLs hold the package"
                    .to_owned(),
            );
        } else {
            finding.axes = vec![Axis::Source];
        }
    }
}

fn public_import_removed(change: &FileChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    let public = |schema: &Schema<'_>, id: FileId| -> BTreeSet<String> {
        let file = schema.file(id);
        let indexes = file.public_imports.iter().filter_map(|&index| usize::try_from(index).ok());
        indexes.filter_map(|index| file.imports.get(index)).map(|&name| name.to_owned()).collect()
    };
    let new_public = public(change.cx.new, new);
    for name in public(change.cx.old, old).difference(&new_public) {
        let message = format!("the file hands on `{name}` no more");
        change.report(sink, message, Directions::OK);
    }
}

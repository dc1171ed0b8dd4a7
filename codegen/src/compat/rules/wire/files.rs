//! Files and packages that are gone or have another name, and what files hand
//! on. What goes with them is counted, not told one by one; services are told
//! on their own, as callers lose them.

use std::collections::{BTreeMap, BTreeSet};

use crate::compat::finding::{Axis, Directions, Level, Verdict};
use crate::compat::pair::{Change, Comparison, FileChange};
use crate::compat::rule::{Check, Rule, Sink};
use crate::compat::rules::row::row;
use crate::compat::schema::{FileId, Schema};

use super::moves::packs_any;

pub(super) const REMOVED: Rule = row! {
    wire "file-removed": Error [Wire, Json, Source] B Break F Ok,
    anchor ["FILE_NO_DELETE"],
    "a file is gone",
    Check::Whole(removed)
};

pub(super) const RENAMED: Rule = row! {
    wire "file-renamed": Warning [Source] B Ok F Ok,
    anchor ["FILE_NO_DELETE"],
    "what a file declared is in a file of another name",
    Check::Whole(renamed)
};

pub(super) const PACKAGE_REMOVED: Rule = row! {
    wire "package-removed": Error [Wire, Json, Source] B Break F Ok,
    anchor ["PACKAGE_NO_DELETE", "FILE_SAME_PACKAGE"],
    "no file of a package is left",
    Check::Whole(package_removed)
};

pub(super) const PACKAGE_RENAMED: Rule = row! {
    wire "package-renamed": Warning [Wire, Json, Source] B Break F Break,
    anchor ["PACKAGE_NO_DELETE", "FILE_SAME_PACKAGE"],
    "what a package declared is in another one",
    Check::Whole(package_renamed)
};

pub(super) const PUBLIC_IMPORT: Rule = row! {
    wire "public-import-removed": Warning [Source] B Ok F Ok,
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

/// The files in which the types and services of a file are now, once for each
/// of these.
fn heirs(cx: &Comparison<'_, '_>, file: FileId) -> Vec<FileId> {
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
    let files: BTreeSet<_> = heirs(cx, file).into_iter().collect();
    files.into_iter().map(|file| format!("`{}`", cx.new.file(file).name)).collect()
}

/// What became of the packages of the old side, found once for a rule.
pub(super) struct Fates<'x, 'c, 'a> {
    cx: &'x Comparison<'c, 'a>,
    /// The packages that only the old side has, and their files. One whose
    /// files are not compared, as they are equal, is on both sides or none.
    gone: BTreeMap<&'a str, (Fate<'a>, Vec<FileId>)>,
}

impl<'x, 'c, 'a> Fates<'x, 'c, 'a> {
    pub(super) fn find(cx: &'x Comparison<'c, 'a>) -> Self {
        let new: BTreeSet<_> = cx.new.files.iter().map(|file| file.package).collect();
        let mut files: BTreeMap<&str, Vec<FileId>> = BTreeMap::new();
        for (index, file) in cx.old.files.iter().enumerate() {
            if !file.is_import && !new.contains(file.package) {
                files.entry(file.package).or_default().push(FileId(index));
            }
        }
        let fates = files.into_iter().map(|(package, files)| (package, (fate(cx, &files), files)));
        Self { cx, gone: fates.collect() }
    }

    pub(super) fn of_package(&self, package: &str) -> Fate<'a> {
        self.gone.get(package).map_or(Fate::Stayed, |(fate, _)| *fate)
    }

    pub(super) fn of_file(&self, id: FileId) -> Fate<'a> {
        if self.of_package(self.cx.old.file(id).package) == Fate::Gone {
            return Fate::Gone;
        }
        let gone = self.cx.new_file_of(id).is_none() && heirs(self.cx, id).is_empty();
        if gone { Fate::Gone } else { Fate::Stayed }
    }
}

fn fate<'a>(cx: &Comparison<'_, 'a>, files: &[FileId]) -> Fate<'a> {
    let (mut packages, mut moved, mut declared) = (BTreeSet::new(), 0, 0);
    for &id in files {
        let heirs = heirs(cx, id);
        moved += heirs.len();
        packages.extend(heirs.into_iter().map(|file| cx.new.file(file).package));
        let file = cx.old.file(id);
        declared += file.messages.len() + file.enums.len() + file.services.len();
    }
    match packages.first() {
        Some(package) if packages.len() == 1 && moved * 2 >= declared => Fate::Renamed(package),
        // What moved elsewhere is told type by type.
        _ => Fate::Gone,
    }
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

fn removed(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    let fates = Fates::find(cx);
    for &change in &cx.files {
        let Change::Removed(id) = change else { continue };
        let (file, pair) = (cx.old.file(id), FileChange { cx, change });
        if file.is_import || fates.of_package(file.package) != Fate::Stayed {
            continue;
        }
        let lost = lost(cx, &[id]);
        if fates.of_file(id) == Fate::Gone && !lost.is_empty() {
            pair.report(sink, format!("the file was removed, and with it {lost}"), UNREADABLE);
        } else {
            let now = match &heir_files(cx, id)[..] {
                [] => String::new(),
                files => format!("; what it declared is in {}", files.join(", ")),
            };
            let finding = pair.report(sink, format!("the file was removed{now}"), Directions::OK);
            finding.level = Level::Warning;
            finding.axes = vec![Axis::Source];
        }
    }
}

fn renamed(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    let fates = Fates::find(cx);
    for &change in &cx.files {
        let Some((old, new)) = change.kept() else { continue };
        let (old, new) = (cx.old.file(old), cx.new.file(new));
        if old.name != new.name && fates.of_package(old.package) == Fate::Stayed {
            let message = format!("the file was renamed from `{}`", old.name);
            FileChange { cx, change }.report(sink, message, Directions::OK);
        }
    }
}

fn package_removed(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    for (package, (fate, files)) in Fates::find(cx).gone {
        let Some(&file) = files.first().filter(|_| fate == Fate::Gone) else { continue };
        let lost = lost(cx, &files);
        let with = if lost.is_empty() { lost } else { format!(", and with it {lost}") };
        let pair = FileChange { cx, change: Change::Removed(file) };
        let message = format!("the package `{}` was removed{with}", called(package));
        called(package).clone_into(&mut pair.report(sink, message, UNREADABLE).element);
    }
}

fn called(package: &str) -> &str {
    if package.is_empty() { "(none)" } else { package }
}

fn package_renamed(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    for (package, (fate, files)) in Fates::find(cx).gone {
        let (Fate::Renamed(new), Some(&file)) = (fate, files.first()) else { continue };
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
        called(new).clone_into(&mut finding.element);
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

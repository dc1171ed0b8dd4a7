//! What packages and the whole input no longer have, wherever it stood.

use std::collections::{BTreeMap, HashSet};

use crate::compat::anchor::declared::{Declared, Sort};
use crate::compat::anchor::input::Input;
use crate::compat::anchor::out::Out;
use crate::compat::anchor::quote::quoted;

pub(in crate::compat::anchor) fn files_deleted(
    input: &Input<'_, '_, '_>,
    out: &mut Out<'_, '_, '_>,
) {
    let kept: HashSet<&str> = input.new.files().map(|file| file.name).collect();
    for file in input.old.files().filter(|file| !kept.contains(file.name)) {
        let message = format!("Previously present file {} was deleted.", quoted(file.name));
        out.add_nowhere(message, Some(file.name.to_owned()));
    }
}

pub(in crate::compat::anchor) fn packages_deleted(
    input: &Input<'_, '_, '_>,
    out: &mut Out<'_, '_, '_>,
) {
    let kept: HashSet<&str> = input.new.files().map(|file| file.package).collect();
    // The first file of each package, by name.
    let mut gone: BTreeMap<&str, &str> = BTreeMap::new();
    for file in input.old.files().filter(|file| !kept.contains(file.package)) {
        let first = gone.entry(file.package).or_insert(file.name);
        *first = (*first).min(file.name);
    }
    for (package, file) in gone {
        let message = format!("Previously present package {} was deleted.", quoted(package));
        out.add_nowhere(message, Some(file.to_owned()));
    }
}

pub(in crate::compat::anchor) fn messages_deleted(
    input: &Input<'_, '_, '_>,
    out: &mut Out<'_, '_, '_>,
) {
    deleted(input, Sort::Message, out);
}

pub(in crate::compat::anchor) fn enums_deleted(
    input: &Input<'_, '_, '_>,
    out: &mut Out<'_, '_, '_>,
) {
    deleted(input, Sort::Enum, out);
}

pub(in crate::compat::anchor) fn extensions_deleted(
    input: &Input<'_, '_, '_>,
    out: &mut Out<'_, '_, '_>,
) {
    deleted(input, Sort::Extension, out);
}

pub(in crate::compat::anchor) fn services_deleted(
    input: &Input<'_, '_, '_>,
    out: &mut Out<'_, '_, '_>,
) {
    deleted(input, Sort::Service, out);
}

fn deleted(input: &Input<'_, '_, '_>, sort: Sort, out: &mut Out<'_, '_, '_>) {
    let (old, new) = (input.views.old, input.views.new);
    let declared = new.declared(sort);
    let package_of = |found: &Declared<'_>| new.schema.file(found.file).package;
    let kept: HashSet<(&str, &str)> =
        declared.iter().map(|found| (package_of(found), found.name)).collect();
    let mut known: HashSet<&str> = declared.iter().map(package_of).collect();
    for gone in old.declared(sort) {
        let package = old.schema.file(gone.file).package;
        if kept.contains(&(package, gone.name)) {
            continue;
        }
        // The anchor says nothing of a package that has none of the sort left,
        // except of services, where it asks for a file of the package.
        if !known.contains(package) {
            if !input.new.has_any(package, sort, new.schema) {
                continue;
            }
            known.insert(package);
        }
        report(input, sort, &gone, package, out);
    }
}

fn report(
    input: &Input<'_, '_, '_>,
    sort: Sort,
    gone: &Declared<'_>,
    package: &str,
    out: &mut Out<'_, '_, '_>,
) {
    let (old, new) = (input.views.old, input.views.new);
    let (noun, name) = (sort.noun(), quoted(gone.name));
    let message =
        format!("Previously present {noun} {name} was deleted from package {}.", quoted(package));
    let file_name = old.schema.file(gone.file).name;
    let before = old.place(gone);
    let Some(file) = new.schema.file_named(file_name) else {
        let before = before.map(|_| file_name.to_owned());
        return out.add_nowhere(message, before);
    };
    // A message is shown in any file of its package, everything else in its
    // own file, which may be in another package by now.
    let nearest = match sort {
        Sort::Message => {
            let in_package = |other| new.schema.file(other).package == package;
            new.nearest_message(package, gone.name, in_package)
        }
        Sort::Enum | Sort::Extension => {
            let own = new.schema.file(file).package;
            new.nearest_message(own, gone.name, |other| other == file)
        }
        Sort::Service => None,
    };
    let place = nearest.and_then(|id| new.message(id));
    let fallback = nearest.map_or(file, |id| new.schema.message(id).scope.file);
    out.add(message, place, fallback, before);
}

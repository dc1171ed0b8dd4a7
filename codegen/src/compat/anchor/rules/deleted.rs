//! What a file no longer declares, and where that is shown: at the nearest
//! message around it that survived.

use std::collections::{HashMap, HashSet};

use crate::compat::anchor::declared::Sort;
use crate::compat::anchor::input::Input;
use crate::compat::anchor::out::Out;
use crate::compat::anchor::quote::quoted;
use crate::compat::schema::FileId;

pub(in crate::compat::anchor) fn messages(input: &Input<'_, '_, '_>, out: &mut Out<'_, '_, '_>) {
    deleted(input, Sort::Message, out);
}

pub(in crate::compat::anchor) fn enums(input: &Input<'_, '_, '_>, out: &mut Out<'_, '_, '_>) {
    deleted(input, Sort::Enum, out);
}

pub(in crate::compat::anchor) fn extensions(input: &Input<'_, '_, '_>, out: &mut Out<'_, '_, '_>) {
    deleted(input, Sort::Extension, out);
}

pub(in crate::compat::anchor) fn services(input: &Input<'_, '_, '_>, out: &mut Out<'_, '_, '_>) {
    deleted(input, Sort::Service, out);
}

fn deleted(input: &Input<'_, '_, '_>, sort: Sort, out: &mut Out<'_, '_, '_>) {
    let views = input.views;
    let pairs: HashMap<FileId, FileId> =
        views.files().into_iter().map(|pair| (pair.old, pair.new)).collect();
    let kept: HashSet<(FileId, &str)> =
        views.new.declared(sort).iter().map(|declared| (declared.file, declared.name)).collect();
    for old in views.old.declared(sort) {
        let Some(&file) = pairs.get(&old.file) else { continue };
        if kept.contains(&(file, old.name)) {
            continue;
        }
        let package = views.new.schema.file(file).package;
        // The anchor shows services at no message, and they are in none.
        let nearest = views.new.nearest_message(package, old.name, |other| other == file);
        let place = nearest.and_then(|id| views.new.message(id));
        let (noun, name) = (sort.noun(), quoted(old.name));
        let message = format!("Previously present {noun} {name} was deleted from file.");
        out.add(message, place, file, views.old.place(&old));
    }
}

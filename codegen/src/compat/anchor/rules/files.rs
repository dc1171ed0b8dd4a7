//! What a file says of itself: syntax, package and the options that code
//! generators read.

use crate::compat::anchor::options;
use crate::compat::anchor::out::Out;
use crate::compat::anchor::pairs::Pair;
use crate::compat::anchor::quote::quoted;
use crate::compat::schema::{File, FileId, Syntax};

/// An option of files whose value has to stay as it is written; where it is
/// not set, its default counts.
#[derive(Debug)]
pub(in crate::compat::anchor) struct FileOption {
    name: &'static str,
    tag: u32,
    kind: OptionKind,
}

#[derive(Debug)]
enum OptionKind {
    Text,
    Flag { default: bool },
    OptimizeFor,
}

impl FileOption {
    pub(in crate::compat::anchor) const OPTIMIZE_FOR: Self =
        Self { name: "optimize_for", tag: 9, kind: OptionKind::OptimizeFor };

    pub(in crate::compat::anchor) const fn text(name: &'static str, tag: u32) -> Self {
        Self { name, tag, kind: OptionKind::Text }
    }

    pub(in crate::compat::anchor) const fn flag(
        name: &'static str,
        tag: u32,
        default: bool,
    ) -> Self {
        Self { name, tag, kind: OptionKind::Flag { default } }
    }

    fn value(&self, file: &File<'_>) -> String {
        match self.kind {
            OptionKind::Text => options::text(file.options, self.tag).unwrap_or_default().into(),
            OptionKind::Flag { default } => {
                options::flag(file.options, self.tag).unwrap_or(default).to_string()
            }
            OptionKind::OptimizeFor => match options::number(file.options, self.tag) {
                None | Some(1) => "SPEED".to_owned(),
                Some(2) => "CODE_SIZE".to_owned(),
                Some(3) => "LITE_RUNTIME".to_owned(),
                Some(other) => other.to_string(),
            },
        }
    }

    pub(in crate::compat::anchor) fn check(&self, pair: Pair<FileId>, out: &mut Out<'_, '_, '_>) {
        let what = format!("option {}", quoted(self.name));
        let tag = i32::try_from(self.tag).unwrap_or_default();
        same(pair, &[8, tag], &what, |file| self.value(file), out);
    }
}

pub(in crate::compat::anchor) fn syntax(pair: Pair<FileId>, out: &mut Out<'_, '_, '_>) {
    let name = |file: &File<'_>| match file.syntax {
        Syntax::Proto2 => "proto2".to_owned(),
        Syntax::Proto3 => "proto3".to_owned(),
        Syntax::Edition(_) => "editions".to_owned(),
    };
    same(pair, &[12], "syntax", name, out);
}

pub(in crate::compat::anchor) fn package(pair: Pair<FileId>, out: &mut Out<'_, '_, '_>) {
    same(pair, &[2], "package", |file| file.package.to_owned(), out);
}

fn same(
    pair: Pair<FileId>,
    path: &[i32],
    what: &str,
    value: impl Fn(&File<'_>) -> String,
    out: &mut Out<'_, '_, '_>,
) {
    let views = out.views;
    let old = value(views.old.schema.file(pair.old));
    let new = value(views.new.schema.file(pair.new));
    if old != new {
        out.add(
            format!("File {what} changed from {} to {}.", quoted(&old), quoted(&new)),
            views.new.at(pair.new, path),
            pair.new,
            views.old.at(pair.old, path),
        );
    }
}

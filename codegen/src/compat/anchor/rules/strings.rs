//! How generated code holds strings and whether it checks them.

use crate::compat::anchor::options;
use crate::compat::anchor::out::Out;
use crate::compat::anchor::pairs::Pair;
use crate::compat::anchor::view::FieldView;
use crate::compat::schema::{Kind, Syntax};

/// `edition = "2024"` in `descriptor.proto`.
const EDITION_2024: i32 = 1001;
const CPP: i32 = 1000;
const JAVA: i32 = 1001;
/// `(pb.java).utf8_validation = VERIFY`
const JAVA_VERIFY: i32 = 2;

pub(in crate::compat::anchor) fn utf8_validation(
    pair: &Pair<FieldView<'_, '_>>,
    out: &mut Out<'_, '_, '_>,
) {
    if pair.old.field.kind != Kind::String || pair.new.field.kind != Kind::String {
        return;
    }
    let old = pair.old.field.features.utf8_verified;
    let new = pair.new.field.features.utf8_verified;
    if old != new {
        let (old, new) = (validation(old), validation(new));
        out.field(pair, &format!("changed UTF8 validation from {old} to {new}."), |field| {
            field.feature_location(&[4]).or_else(|| field.location())
        });
    }
}

fn validation(verified: bool) -> &'static str {
    if verified { "VERIFY" } else { "NONE" }
}

pub(in crate::compat::anchor) fn java_utf8_validation(
    pair: &Pair<FieldView<'_, '_>>,
    out: &mut Out<'_, '_, '_>,
) {
    if pair.old.field.kind != Kind::String || pair.new.field.kind != Kind::String {
        return;
    }
    let (old, new) = (java_verifies(&pair.old), java_verifies(&pair.new));
    if old != new {
        let (old, new) = (validation(old), validation(new));
        let what = format!("changed Java string UTF8 validation from \"{old}\" to \"{new}\".");
        out.field(pair, &what, |field| {
            let option = field.view.at(field.file(), &[8, 27]);
            let feature = || field.feature_location(&[JAVA, 2]);
            option.or_else(feature).or_else(|| field.location())
        });
    }
}

/// The option of the file goes before the feature of editions.
fn java_verifies(field: &FieldView<'_, '_>) -> bool {
    let file = field.view.schema.file(field.file());
    let features = field.field.features;
    let edition = matches!(file.syntax, Syntax::Edition(_));
    match options::flag(file.options, 27) {
        Some(checked) => checked || features.utf8_verified,
        None if edition && features.java_utf8_validation == Some(JAVA_VERIFY) => true,
        None => features.utf8_verified,
    }
}

/// How C++ holds a string.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CppString {
    View,
    Cord,
    String,
    Piece,
}

impl CppString {
    fn name(self) -> &'static str {
        match self {
            Self::View => "VIEW",
            Self::Cord => "CORD",
            Self::String => "STRING",
            Self::Piece => "STRING_PIECE",
        }
    }
}

pub(in crate::compat::anchor) fn cpp_string_type(
    pair: &Pair<FieldView<'_, '_>>,
    out: &mut Out<'_, '_, '_>,
) {
    let holds_text =
        |field: &FieldView<'_, '_>| matches!(field.field.kind, Kind::String | Kind::Bytes);
    if pair.old.in_map_entry() && pair.new.in_map_entry()
        || !holds_text(&pair.old)
        || !holds_text(&pair.new)
    {
        return;
    }
    let (old, new) = (cpp_string(&pair.old), cpp_string(&pair.new));
    // Code for a piece works with a string.
    if old == new || (old, new) == (CppString::Piece, CppString::String) {
        return;
    }
    let (old, new) = (old.name(), new.name());
    out.field(pair, &format!("changed C++ string type from \"{old}\" to \"{new}\"."), |field| {
        let feature = || field.feature_location(&[CPP, 2]);
        field.part(&[8, 1]).or_else(feature).or_else(|| field.location())
    });
}

/// `ctype` up to edition 2023, then the feature.
fn cpp_string(field: &FieldView<'_, '_>) -> CppString {
    let edition = match field.view.schema.file(field.file()).syntax {
        Syntax::Edition(edition) => edition,
        Syntax::Proto2 | Syntax::Proto3 => 0,
    };
    if edition < EDITION_2024 {
        match options::number(field.field.options, 1) {
            Some(0) => return CppString::String,
            Some(1) => return CppString::Cord,
            Some(2) => return CppString::Piece,
            _ => {}
        }
    }
    match field.field.features.cpp_string_type {
        Some(1) => CppString::View,
        Some(2) => CppString::Cord,
        Some(3) => CppString::String,
        _ if edition < EDITION_2024 => CppString::String,
        _ => CppString::View,
    }
}

//! Names that a message or enum reserves and uses nevertheless. The compiler
//! checks reserved numbers only.

use crate::contract::lower::Lowering;
use crate::contract::lower::messages::name_path;
use crate::contract::lower::packages::{self, PackagePlan};
use crate::diagnostic::codes;

/// `DescriptorProto.reserved_name`.
const OF_MESSAGE: i32 = 10;
/// `EnumDescriptorProto.reserved_name`.
const OF_ENUM: i32 = 5;

/// Checks every emitted message and enum.
pub(super) fn run(lowering: &mut Lowering<'_>, plan: &[PackagePlan]) {
    for (file, _) in plan.iter().flat_map(|package| &package.files) {
        for message in packages::messages(file) {
            let reserved: Vec<&str> = message.reserved_names().collect();
            let fields =
                message.fields().map(|field| (field.name().to_owned(), field.path().to_vec()));
            let scope = Scope { file: file.name(), path: message.path(), tag: OF_MESSAGE };
            check(lowering, &scope, &reserved, fields);
        }
        for enumeration in packages::enums(file) {
            let reserved: Vec<&str> = enumeration.reserved_names().collect();
            let values =
                enumeration.values().map(|value| (value.name().to_owned(), value.path().to_vec()));
            let scope = Scope { file: file.name(), path: enumeration.path(), tag: OF_ENUM };
            check(lowering, &scope, &reserved, values);
        }
    }
}

/// What reserves names.
struct Scope<'a> {
    file: &'a str,
    path: &'a [i32],
    tag: i32,
}

fn check(
    lowering: &mut Lowering<'_>,
    scope: &Scope<'_>,
    reserved: &[&str],
    members: impl Iterator<Item = (String, Vec<i32>)>,
) {
    for (name, path) in members.filter(|(name, _)| reserved.contains(&name.as_str())) {
        let index = reserved.iter().zip(0_i32..).find(|(other, _)| **other == name);
        let index = index.map_or(0, |(_, index)| index);
        let place = lowering.spans.place(scope.file, &name_path(&path));
        let reservation =
            lowering.spans.place(scope.file, &[scope.path, &[scope.tag, index]].concat());
        let report =
            lowering.report(&codes::NAME_RESERVED, place, format!("the name `{name}` is reserved"));
        report.related.push((reservation, "reserved here".to_owned()));
        report.hint = Some("use another name: readers of older data know this one".to_owned());
    }
}

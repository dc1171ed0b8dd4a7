//! Enums where the compiler of protobuf refuses them, and protox does not.

use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, Syntax};

use crate::contract::lower::Lowering;
use crate::contract::lower::messages::name_path;
use crate::contract::lower::packages::{self, PackagePlan};
use crate::diagnostic::codes;

/// Checks every field of an enum's type.
pub(super) fn run(lowering: &mut Lowering<'_>, plan: &[PackagePlan]) {
    for (file, _) in plan.iter().flat_map(|package| &package.files) {
        for message in packages::messages(file).iter().filter(|message| !message.is_map_entry()) {
            for field in message.fields() {
                if let Some(enumeration) = enum_of(&field) {
                    check(lowering, &field, &enumeration);
                }
            }
        }
    }
}

/// The enum of a field's values.
fn enum_of(field: &FieldDescriptor) -> Option<EnumDescriptor> {
    let kind = match field.kind() {
        Kind::Message(entry) if field.is_map() => entry.map_entry_value_field().kind(),
        kind => kind,
    };
    kind.as_enum().cloned()
}

fn check(lowering: &mut Lowering<'_>, field: &FieldDescriptor, enumeration: &EnumDescriptor) {
    let file = field.parent_message().parent_file();
    let place = lowering.spans.place(file.name(), &name_path(field.path()));
    let declared = enumeration.parent_file();
    let there = lowering.spans.place(declared.name(), &name_path(enumeration.path()));
    let name = enumeration.full_name();
    if declared.syntax() == Syntax::Proto2 && file.syntax() == Syntax::Proto3 {
        let message = format!("a proto3 message cannot have a field of the proto2 enum `{name}`");
        let report = lowering.report(&codes::ENUM_CLOSED, place, message);
        report.related.push((there, "declared here".to_owned()));
        report.hint = Some("declare the enum in a proto3 file".to_owned());
    } else if field.is_map() && enumeration.default_value().number() != 0 {
        let message = format!("the values of a map cannot have the enum `{name}`");
        let report = lowering.report(&codes::ENUM_MAP_ZERO, place, message);
        report.related.push((there, "its first value is not 0".to_owned()));
        report.hint = Some("declare a first value of 0: an entry without value has it".to_owned());
    }
}

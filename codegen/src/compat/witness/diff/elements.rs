//! The names by which findings may call what a field's value depends on.

use crate::compat::schema::Enum;
use crate::compat::witness::types::{Member, Types};

/// The full names of a field, its oneof, and the types of its values.
pub fn elements_of(types: &Types<'_, '_>, member: Member<'_, '_>) -> Vec<String> {
    let mut names = vec![member.full_name()];
    if let Some(oneof) = member.oneof() {
        names.push(format!("{}.{}", member.message.full_name, member.message.oneofs[oneof].name));
    }
    let entry = types.schema.map_entry(member.field).and_then(|_| types.entry(member.field));
    for member in [Some(member), entry.map(|(_, value)| value)].into_iter().flatten() {
        if !member.field.type_name.is_empty() {
            names.push(member.field.type_name.to_owned());
        }
        if let Some(found) = types.enum_of(member.field) {
            names.extend(values(found));
            names.push(types.schema.file(found.scope.file).name.to_owned());
        }
    }
    names
}

fn values(found: &Enum<'_>) -> impl Iterator<Item = String> {
    found.values.iter().map(|value| format!("{}.{}", found.full_name, value.name))
}

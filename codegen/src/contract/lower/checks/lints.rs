//! Style that has consequences for callers.

use std::collections::HashSet;

use crate::contract::lower::Lowering;
use crate::contract::lower::packages::PackagePlan;
use crate::contract::model::Enum;
use crate::diagnostic::{Diagnostic, codes};

/// Words in the names of zero values that mean nothing.
const MEANINGLESS: &[&str] = &[
    "UNSPECIFIED",
    "UNKNOWN",
    "UNDEFINED",
    "UNSET",
    "INVALID",
    "NONE",
    "NULL",
    "DEFAULT",
    "NIL",
    "EMPTY",
];

/// Open enums whose zero value means something. Who imports a file cannot
/// change it: only the inputs are looked at.
pub(super) fn zero_values(lowering: &mut Lowering<'_>, plan: &[PackagePlan]) {
    let files = plan.iter().flat_map(|package| &package.files);
    let inputs: HashSet<&str> =
        files.filter(|(_, is_input)| *is_input).map(|(file, _)| file.name()).collect();
    let enums = lowering.contract.enums.iter();
    let enums = enums.filter(|it| !it.closed && inputs.contains(it.location.file.as_str()));
    let found: Vec<_> = enums.filter_map(zero_value).collect();
    lowering.diagnostics.extend(found);
}

fn zero_value(enumeration: &Enum) -> Option<Diagnostic> {
    let zero = enumeration.values.iter().find(|value| value.number == 0)?;
    let name = zero.name.to_ascii_uppercase();
    if name.split('_').any(|word| MEANINGLESS.contains(&word)) {
        return None;
    }
    let message = format!("an unset `{}` means `{}`", enumeration.name, zero.name);
    let report = Diagnostic::new(&codes::ENUM_ZERO_MEANING, message).at(zero.location.clone());
    Some(report.hint("let the zero value end in `_UNSPECIFIED`"))
}

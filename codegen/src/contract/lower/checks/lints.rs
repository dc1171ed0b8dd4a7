//! Style that has consequences for callers.

use crate::contract::model::{Contract, Enum};
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

/// Open enums whose zero value means something.
pub(super) fn zero_values(contract: &Contract) -> Vec<Diagnostic> {
    let open = contract.enums.iter().filter(|enumeration| !enumeration.closed);
    open.filter_map(zero_value).collect()
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

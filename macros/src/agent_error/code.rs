//! The codes an error may state, checked here so that a wrong one gets a
//! suggestion instead of rustc's "no variant".

use syn::{Ident, Path};

use crate::report::{Report, did_you_mean};

/// The variants of `agentgen::Code` but for `Ok`.
const CODES: [&str; 16] = [
    "Cancelled",
    "Unknown",
    "InvalidArgument",
    "DeadlineExceeded",
    "NotFound",
    "AlreadyExists",
    "PermissionDenied",
    "ResourceExhausted",
    "FailedPrecondition",
    "Aborted",
    "OutOfRange",
    "Unimplemented",
    "Internal",
    "Unavailable",
    "DataLoss",
    "Unauthenticated",
];

/// The variant that `path` names: `NotFound`, `Code::NotFound`.
pub(super) fn check(path: &Path, report: &mut Report) -> Option<Ident> {
    let ident = &path.segments.last()?.ident;
    let name = ident.to_string();
    if CODES.contains(&name.as_str()) {
        return Some(ident.clone());
    }
    if name == "Ok" {
        report.error(ident.span(), "`Ok` is the code of success, not of an error");
    } else {
        let hint = did_you_mean(&name, CODES);
        let all = if hint.is_empty() { format!("; one of {}", CODES.join(", ")) } else { hint };
        report.error(ident.span(), format!("no code `{name}`{all}"));
    }
    None
}

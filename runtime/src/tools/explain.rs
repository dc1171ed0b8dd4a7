//! Failures in words that a model can act on.

use std::fmt::Write as _;

use crate::{Code, Status};

/// What to answer a model whose call failed: what is wrong, at which path of
/// the arguments, and whether it helps to try again. Causes inside this process
/// are not in it.
pub fn explain(status: &Status) -> String {
    let mut text = format!("Error {}: {}", status.code(), status.message());
    for violation in &status.details().violations {
        let field = if violation.field.is_empty() { "(arguments)" } else { &violation.field };
        // Writing to a string cannot fail.
        let _ = write!(text, "\n- {field}: {}", violation.description);
    }
    if let Some(advice) = advice(status) {
        let _ = write!(text, "\n{advice}");
    }
    text
}

fn advice(status: &Status) -> Option<String> {
    if let Some(delay) = status.details().retry_after {
        return Some(format!("Try again in {} seconds.", delay.as_secs_f64()));
    }
    let advice = match status.code() {
        Code::InvalidArgument | Code::OutOfRange => {
            "Correct the arguments and call the tool again."
        }
        Code::Unavailable | Code::Aborted => "The same call may succeed later.",
        Code::Unauthenticated | Code::PermissionDenied => "The same call will be refused again.",
        _ => return None,
    };
    Some(advice.to_owned())
}

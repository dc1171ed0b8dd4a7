//! Arguments of a call, read for a caller that guesses: a name that the contract
//! does not have is refused, since it was meant to do something, and everything
//! that is wrong is told at once.

use serde_json::Value;

use super::path;
use super::required::Required;
use super::walk::Walk;
use crate::Status;
use crate::codec::{Message, MessageType, WireError, json};
use crate::validate::MAX_VIOLATIONS;

const OPTIONS: json::Options =
    json::Options { ignore_unknown_fields: false, ..json::Options::DEFAULT };

/// The request that the arguments stand for. A model without anything to say
/// sends an empty text or null; properties that are null count as left out.
///
/// # Errors
/// `INVALID_ARGUMENT`: the text is no JSON, or properties are unknown, missing or
/// of another type, each with its path.
pub(super) fn read(
    request: &'static MessageType,
    required: &Required,
    arguments: &str,
) -> Result<Box<dyn Message>, Status> {
    let text = match arguments.trim() {
        "" | "null" => "{}",
        text => text,
    };
    let read = |text: &[u8]| request.from_json(text, &OPTIONS);
    let whole = read(text.as_bytes());
    let Ok(mut value) = serde_json::from_str::<Value>(text) else {
        // What is no JSON has one fault, which the reader describes.
        return whole.map_err(Status::from);
    };
    let mut faults = Walk::of(request, required, &mut value);
    if let Err(error) = &whole {
        typed(&read, &mut value, &mut faults);
        // Such as a property that is given twice.
        if faults.is_empty() {
            faults.push(WireError::new(error.path(), error.message()));
        }
    }
    if faults.is_empty() { whole.map_err(Status::from) } else { Err(refused(&faults)) }
}

/// Reads again and again, each time without what was wrong before.
fn typed(
    read: &impl Fn(&[u8]) -> Result<Box<dyn Message>, WireError>,
    value: &mut Value,
    faults: &mut Vec<WireError>,
) {
    while faults.len() < MAX_VIOLATIONS {
        let Err(error) = read(value.to_string().as_bytes()) else { return };
        let message = json::without_position(error.message());
        faults.push(WireError::new(error.path(), message));
        if !path::remove(value, error.path()) {
            return;
        }
    }
}

/// All faults in one status.
fn refused(faults: &[WireError]) -> Status {
    let text = match faults {
        [first, others @ ..] if !others.is_empty() => {
            format!("{first} (and {} more)", others.len())
        }
        faults => faults.iter().map(ToString::to_string).collect(),
    };
    let status = Status::invalid_argument(text);
    faults
        .iter()
        .take(MAX_VIOLATIONS)
        .fold(status, |status, fault| status.with_violation(fault.path(), fault.message()))
}

//! Arguments of a call, read for a caller that guesses: a name that the
//! contract does not have is refused, since it was meant to do something.

use crate::Status;
use crate::codec::{Message, MessageType, json};

const OPTIONS: json::Options =
    json::Options { ignore_unknown_fields: false, ..json::Options::DEFAULT };

/// The request that the arguments stand for. A model without anything to say
/// sends an empty text; properties that are null count as left out.
pub(super) fn read(request: &MessageType, arguments: &str) -> Result<Box<dyn Message>, Status> {
    let text = if arguments.trim().is_empty() { "{}" } else { arguments };
    request.from_json(text.as_bytes(), &OPTIONS).map_err(Status::from)
}

//! The value of a field of a message, where the contract says that it is a key.

use serde_json::Value;

use crate::codec::{Field, Message, WireError};

/// The value of the field at `path`, as text. An absent field has the value of
/// its default, which is the empty text for all types: as a key of order, it
/// orders too.
pub(super) fn text(message: &dyn Message, path: &[&'static Field]) -> Result<String, WireError> {
    let mut bytes = Vec::new();
    message.write_json(&mut bytes)?;
    let json: Value = serde_json::from_slice(&bytes)
        .map_err(|error| WireError::new("", format!("the message has no JSON form: {error}")))?;
    let value = path.iter().try_fold(&json, |value, field| value.get(field.json));
    Ok(match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    })
}

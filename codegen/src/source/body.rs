//! Encoded messages as JSON, for tools that show them.

use prost_reflect::DynamicMessage;
use serde_json::Value;

use super::Sources;

impl Sources {
    /// A message in the protobuf encoding as canonical proto3 JSON.
    ///
    /// # Errors
    /// The files declare no such message, or the bytes are none.
    pub fn body_as_json(&self, message: &str, body: &[u8]) -> Result<Value, String> {
        let descriptor = self.pool.get_message_by_name(message);
        let descriptor =
            descriptor.ok_or_else(|| format!("the contract has no message `{message}`"))?;
        let decoded = DynamicMessage::decode(descriptor, body)
            .map_err(|error| format!("it is no {message}: {error}"))?;
        serde_json::to_value(&decoded).map_err(|error| format!("it has no JSON form: {error}"))
    }
}

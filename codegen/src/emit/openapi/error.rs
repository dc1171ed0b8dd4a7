//! The body of every failure, in the form of AIP-193.

use serde_json::{Value, json};

/// The name of the error schema. Schemas of the contract are named after
/// messages, which none of agentgen's own is called.
pub(super) const SCHEMA: &str = "agentgen.Error";

/// The name of the error response.
pub(super) const RESPONSE: &str = "Error";

/// A reference to the error response.
pub(super) fn reference() -> Value {
    json!({ "$ref": format!("#/components/responses/{RESPONSE}") })
}

pub(super) fn response() -> Value {
    let schema = format!("#/components/schemas/{SCHEMA}");
    json!({
        "description": "The call failed.",
        "content": { "application/json": { "schema": { "$ref": schema } } }
    })
}

pub(super) fn schema() -> Value {
    let properties = json!({
        "code": { "type": "integer", "description": "The HTTP status." },
        "status": {
            "type": "string",
            "description": "The name of the canonical code, such as `NOT_FOUND`."
        },
        "message": { "type": "string", "description": "What went wrong, for developers." },
        "details": {
            "type": "array",
            "description": "Facts for programs, such as `google.rpc.ErrorInfo`.",
            "items": {
                "type": "object",
                "properties": { "@type": { "type": "string" } },
                "required": ["@type"]
            }
        }
    });
    json!({
        "type": "object",
        "title": "Error",
        "properties": {
            "error": {
                "type": "object",
                "properties": properties,
                "required": ["code", "status", "message"]
            }
        },
        "required": ["error"]
    })
}

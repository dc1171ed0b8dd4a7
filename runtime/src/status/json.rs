//! The details of a status as JSON: the form that HTTP error bodies and error
//! events carry.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Status;

const PREFIX: &str = "type.googleapis.com/google.rpc.";

impl Status {
    /// The details as a list of objects with an `@type` each. A detail of a
    /// type that is not known here has its bytes under `value`, in base64.
    pub fn detail_json(&self) -> Value {
        let details = self.details();
        let mut list = Vec::new();
        if let Some(info) = &details.info {
            list.push(json!({
                "@type": format!("{PREFIX}ErrorInfo"),
                "reason": info.reason,
                "domain": info.domain,
                "metadata": info.metadata,
            }));
        }
        if let Some(delay) = details.retry_after {
            list.push(json!({
                "@type": format!("{PREFIX}RetryInfo"),
                "retryDelay": duration(delay),
            }));
        }
        if !details.violations.is_empty() {
            let violations = details
                .violations
                .iter()
                .map(|field| json!({ "field": field.field, "description": field.description }));
            list.push(json!({
                "@type": format!("{PREFIX}BadRequest"),
                "fieldViolations": violations.collect::<Vec<_>>(),
            }));
        }
        list.extend(
            details
                .other
                .iter()
                .map(|any| json!({ "@type": any.type_url, "value": STANDARD.encode(&any.value) })),
        );
        list.into()
    }
}

/// A duration as proto3 JSON writes it: seconds with 0, 3, 6 or 9 decimals.
fn duration(delay: std::time::Duration) -> String {
    let (seconds, nanos) = (delay.as_secs(), delay.subsec_nanos());
    match nanos {
        0 => format!("{seconds}s"),
        _ if nanos % 1_000_000 == 0 => format!("{seconds}.{:03}s", nanos / 1_000_000),
        _ if nanos % 1_000 == 0 => format!("{seconds}.{:06}s", nanos / 1_000),
        _ => format!("{seconds}.{nanos:09}s"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn standard_details_are_spelt_out() {
        let status = Status::resource_exhausted("busy")
            .with_reason("MODEL_BUSY", "agents.example")
            .with_retry_after(Duration::from_millis(1500))
            .with_violation("prompt", "is too long");
        assert_eq!(
            status.detail_json(),
            json!([
                { "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                  "reason": "MODEL_BUSY", "domain": "agents.example", "metadata": {} },
                { "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1.500s" },
                { "@type": "type.googleapis.com/google.rpc.BadRequest",
                  "fieldViolations": [{ "field": "prompt", "description": "is too long" }] },
            ])
        );
    }
}

//! The error body of HTTP replies and streams, as AIP-193 writes it:
//! `{"error": {"code": 404, "status": "NOT_FOUND", "message": …, "details": […]}}`.
//! The server writes it and the REST client reads it, both here.
//!
//! A detail of a type unknown to the runtime has no JSON form of its own; its
//! bytes travel as base64 in `value`.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use prost_types::Any;
use serde_json::{Map, Value, json};

use super::wire::PREFIX;
use super::{Code, Details, ErrorInfo, FieldViolation, Status};

const NANOS: u32 = 1_000_000_000;

impl Status {
    /// The JSON error body.
    pub fn to_json(&self) -> Value {
        let details = details(self.details());
        let mut error = json!({
            "code": self.code().http(),
            "status": self.code().name(),
            "message": self.message(),
        });
        if !details.is_empty() {
            error["details"] = Value::Array(details);
        }
        json!({ "error": error })
    }

    /// Reads a JSON error body; `None` where the bytes are none.
    ///
    /// A bare `google.rpc.Status` (numeric `code`, no envelope), as other
    /// gateways write it, is understood as well.
    pub fn from_json(body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let error = body.get("error").unwrap_or(&body).as_object()?;
        let mut status = Self::new(code(error)?, text(error.get("message")));
        for detail in error.get("details").and_then(Value::as_array).into_iter().flatten() {
            read_detail(&mut status, detail);
        }
        Some(status)
    }
}

fn code(error: &Map<String, Value>) -> Option<Code> {
    if let Some(name) = error.get("status").and_then(Value::as_str) {
        return Some(Code::from_name(name).unwrap_or(Code::Unknown));
    }
    let number = error.get("code")?.as_i64()?;
    match u16::try_from(number) {
        Ok(http @ 100..) => Some(Code::from_http(http)),
        _ => Some(Code::from_number(i32::try_from(number).ok()?)),
    }
}

fn details(details: &Details) -> Vec<Value> {
    let info = details.info.as_ref().map(|info| {
        json!({
            "@type": type_url("ErrorInfo"),
            "reason": info.reason,
            "domain": info.domain,
            "metadata": info.metadata,
        })
    });
    let retry = details
        .retry_after
        .map(|delay| json!({ "@type": type_url("RetryInfo"), "retryDelay": duration_text(delay) }));
    let fields: Vec<_> = details.violations.iter().map(violation).collect();
    let fields = (!fields.is_empty())
        .then(|| json!({ "@type": type_url("BadRequest"), "fieldViolations": fields }));
    let other = details
        .other
        .iter()
        .map(|any| json!({ "@type": any.type_url, "value": STANDARD.encode(&any.value) }));
    info.into_iter().chain(retry).chain(fields).chain(other).collect()
}

fn violation(violation: &FieldViolation) -> Value {
    json!({ "field": violation.field, "description": violation.description })
}

fn type_url(name: &str) -> String {
    format!("{PREFIX}{name}")
}

fn read_detail(status: &mut Status, detail: &Value) {
    let url = text(detail.get("@type"));
    let details = status.details_mut();
    match url.strip_prefix(PREFIX) {
        Some("ErrorInfo") => details.info = Some(read_info(detail)),
        Some("RetryInfo") => {
            details.retry_after = detail.get("retryDelay").and_then(parse_duration);
        }
        Some("BadRequest") => {
            let fields = detail.get("fieldViolations").and_then(Value::as_array);
            details.violations.extend(fields.into_iter().flatten().map(|field| FieldViolation {
                field: text(field.get("field")),
                description: text(field.get("description")),
            }));
        }
        _ => {
            let value = detail.get("value").and_then(Value::as_str);
            if let Some(value) = value.and_then(|value| STANDARD.decode(value).ok()) {
                details.other.push(Any { type_url: url, value });
            }
        }
    }
}

fn read_info(detail: &Value) -> ErrorInfo {
    let metadata = detail.get("metadata").and_then(Value::as_object);
    ErrorInfo {
        reason: text(detail.get("reason")),
        domain: text(detail.get("domain")),
        metadata: metadata
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.clone(), text(Some(value))))
            .collect(),
    }
}

fn text(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A duration as proto3 JSON writes it: seconds with 0, 3, 6 or 9 decimals.
fn duration_text(delay: Duration) -> String {
    let (seconds, nanos) = (delay.as_secs(), delay.subsec_nanos());
    match nanos {
        0 => format!("{seconds}s"),
        _ if nanos % 1_000_000 == 0 => format!("{seconds}.{:03}s", nanos / 1_000_000),
        _ if nanos % 1_000 == 0 => format!("{seconds}.{:06}s", nanos / 1_000),
        _ => format!("{seconds}.{nanos:09}s"),
    }
}

fn parse_duration(value: &Value) -> Option<Duration> {
    let (seconds, fraction) = match value.as_str()?.strip_suffix('s')?.split_once('.') {
        Some(parts) => parts,
        None => (value.as_str()?.strip_suffix('s')?, "0"),
    };
    let digits = fraction.len() <= 9 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let nanos: u32 = format!("{fraction:0<9}").parse().ok().filter(|n| digits && *n < NANOS)?;
    Some(Duration::new(seconds.parse().ok()?, nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_survives_its_json() {
        let mut status = Status::resource_exhausted("busy")
            .with_reason("MODEL_BUSY", "agents.example")
            .with_retry_after(Duration::from_millis(1500))
            .with_violation("prompt", "is too long");
        status.add_detail(Any { type_url: "type.example/x.Y".into(), value: vec![1, 2] });
        let back = Status::from_json(status.to_json().to_string().as_bytes()).unwrap();
        assert_eq!(back.code(), status.code());
        assert_eq!(back.message(), status.message());
        assert_eq!(back.details(), status.details());
    }

    #[test]
    fn the_body_is_that_of_aip_193() {
        assert_eq!(
            Status::not_found("no such document").to_json(),
            json!({"error": {"code": 404, "status": "NOT_FOUND", "message": "no such document"}})
        );
    }

    #[test]
    fn a_bare_google_rpc_status_is_understood() {
        let status = Status::from_json(br#"{"code": 5, "message": "gone"}"#).unwrap();
        assert_eq!((status.code(), status.message()), (Code::NotFound, "gone"));
    }

    #[test]
    fn other_json_is_no_status() {
        for body in ["", "[]", "{}", "\"text\"", r#"{"error": "text"}"#] {
            assert!(Status::from_json(body.as_bytes()).is_none(), "{body}");
        }
    }

    #[test]
    fn retry_delays_take_every_precision() {
        for nanos in [0, 1_500_000_000, 1_000_001_000, 2_000_000_001] {
            let delay = Duration::from_nanos(nanos);
            assert_eq!(parse_duration(&Value::String(duration_text(delay))), Some(delay));
        }
        for bad in ["1.5", "s", "-1s", "1.0000000001s", "1.+5s"] {
            assert_eq!(parse_duration(&Value::String(bad.to_owned())), None, "{bad}");
        }
    }
}

//! The error body of HTTP replies and streams, in each of its forms. The
//! server writes it and the REST client reads it, both here.

use serde_json::{Map, Value, json};

use super::{Code, ErrorInfo, ErrorShape, Status, standard};

impl Status {
    /// The error body of AIP-193.
    pub fn to_json(&self) -> Value {
        self.to_json_as(ErrorShape::Aip193)
    }

    /// The error body in one of its forms.
    ///
    /// A standard detail (`google/rpc/error_details.proto`) has its canonical
    /// JSON form; one of another type holds its bytes as base64 in `value`.
    pub fn to_json_as(&self, shape: ErrorShape) -> Value {
        let (code, message, http) = (self.code(), self.message(), self.http());
        let mut body = match shape {
            ErrorShape::Aip193 => {
                json!({ "code": http, "status": code.name(), "message": message })
            }
            ErrorShape::RpcStatus => json!({ "code": code.number(), "message": message }),
            ErrorShape::ProblemDetails => self.problem(http),
        };
        let details: Vec<_> = self.detail_messages().iter().map(standard::to_json).collect();
        if !details.is_empty() {
            body["details"] = details.into();
        }
        if shape == ErrorShape::Aip193 { json!({ "error": body }) } else { body }
    }

    /// The members of RFC 9457, and the code, which no member has a place for.
    fn problem(&self, http: u16) -> Value {
        let info = self.details().info.as_ref().filter(|info| has_uri(info));
        let kind = info.map_or("about:blank".to_owned(), |info| {
            format!("https://{}/errors/{}", info.domain, info.reason)
        });
        // Beside `about:blank` it is to be that of HTTP (RFC 9457, 4.2.1).
        let title = info.map_or_else(|| phrase(http).to_owned(), |info| in_words(&info.reason));
        json!({
            "type": kind,
            "title": title,
            "status": http,
            "detail": self.message(),
            "code": self.code().name(),
        })
    }

    /// The object that ends a stream of JSON documents: `{"error": …}` in
    /// every form.
    #[cfg(feature = "rest")]
    pub(crate) fn last_document(&self, shape: ErrorShape) -> Value {
        let body = self.to_json_as(shape);
        if shape == ErrorShape::Aip193 { body } else { json!({ "error": body }) }
    }

    /// Reads a JSON error body of any form; `None` where the bytes are none.
    pub fn from_json(body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let error = body.get("error").unwrap_or(&body).as_object()?;
        let mut status = Self::new(code(error)?, message(error));
        let details = error.get("details").and_then(Value::as_array).into_iter().flatten();
        details.filter_map(standard::from_json).for_each(|detail| status.add_detail(detail));
        Some(status)
    }
}

/// The code by its name, where there is one; else by its number or by that of
/// the HTTP status. The names differ by form: what is `status` in AIP-193 is
/// `code` in ours of RFC 9457, where `status` is that of HTTP.
fn code(error: &Map<String, Value>) -> Option<Code> {
    let texts = ["status", "code"].map(|name| error.get(name).and_then(Value::as_str));
    if let Some(name) = texts.into_iter().flatten().next() {
        return Some(Code::from_name(name).unwrap_or(Code::Unknown));
    }
    let number = error.get("code").or_else(|| error.get("status"))?.as_i64()?;
    match u16::try_from(number) {
        Ok(http @ 100..) => Some(Code::from_http(http)),
        _ => Some(Code::from_number(i32::try_from(number).ok()?)),
    }
}

fn message(error: &Map<String, Value>) -> String {
    let texts = ["message", "detail", "title"].map(|name| error.get(name).and_then(Value::as_str));
    texts.into_iter().flatten().next().unwrap_or_default().to_owned()
}

/// The reason phrase of an HTTP status.
fn phrase(http: u16) -> &'static str {
    let known = http::StatusCode::from_u16(http).ok().and_then(|status| status.canonical_reason());
    known.unwrap_or(if http == 499 { "Client Closed Request" } else { "Unknown" })
}

/// `DOCUMENT_NOT_FOUND` as `Document not found`.
fn in_words(reason: &str) -> String {
    let mut words = reason.replace('_', " ").to_lowercase();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// Whether a reason can be named by a URI: its domain is a name of DNS, whose owner may
/// explain it there, and not that of a package, a crate or a service.
fn has_uri(info: &ErrorInfo) -> bool {
    let letters = |label: &str| label.bytes().all(|own| own.is_ascii_lowercase());
    let label = |label: &str| {
        let inner = |own: u8| own.is_ascii_lowercase() || own.is_ascii_digit() || own == b'-';
        let ends = label.starts_with('-') || label.ends_with('-');
        (1..=63).contains(&label.len()) && label.bytes().all(inner) && !ends
    };
    let Some((rest, top)) = info.domain.rsplit_once('.') else { return false };
    let reason = |own: u8| own.is_ascii_alphanumeric() || own == b'_';
    top.len() >= 2
        && letters(top)
        && rest.split('.').all(label)
        && !info.reason.is_empty()
        && info.reason.bytes().all(reason)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use prost_types::Any;

    use super::*;

    const SHAPES: [ErrorShape; 3] =
        [ErrorShape::Aip193, ErrorShape::RpcStatus, ErrorShape::ProblemDetails];

    #[test]
    fn a_status_survives_its_json_in_every_form() {
        let mut status = Status::resource_exhausted("busy")
            .with_reason("MODEL_BUSY", "agents.example")
            .with_retry_after(Duration::from_millis(1500))
            .with_violation("prompt", "is too long");
        status.add_detail(Any { type_url: "type.example/x.Y".into(), value: vec![1, 2] });
        for shape in SHAPES {
            let back = Status::from_json(status.to_json_as(shape).to_string().as_bytes()).unwrap();
            assert_eq!((back.code(), back.message()), (status.code(), status.message()));
            assert_eq!(back.details(), status.details(), "{shape:?}");
        }
    }

    #[test]
    fn each_form_has_its_members() {
        let plain = Status::not_found("no such document");
        let message = "no such document";
        let aip = json!({"error": {"code": 404, "status": "NOT_FOUND", "message": message}});
        assert_eq!(plain.to_json(), aip);
        let bare = json!({"code": 5, "message": message});
        assert_eq!(plain.to_json_as(ErrorShape::RpcStatus), bare);
        let problem = json!({
            "type": "about:blank", "title": "Not Found", "status": 404, "detail": message,
            "code": "NOT_FOUND",
        });
        assert_eq!(plain.to_json_as(ErrorShape::ProblemDetails), problem);
    }

    #[test]
    fn a_problem_has_a_uri_where_the_domain_of_its_reason_is_a_name_of_dns() {
        let problem = |domain: &str| {
            let status = Status::not_found("no such document").with_reason("NO_DOCUMENT", domain);
            let body = status.to_json_as(ErrorShape::ProblemDetails);
            ["type", "title"].map(|name| body[name].as_str().unwrap().to_owned())
        };
        for domain in ["acme.example", "api.a-1.acme.example"] {
            let uri = format!("https://{domain}/errors/NO_DOCUMENT");
            assert_eq!(problem(domain), [&uri, "No document"], "{domain}");
        }
        for domain in ["", "agentgen", "acme.v1", "archive.v1.Archive", "acme.v1/x", "-a.example"] {
            assert_eq!(problem(domain), ["about:blank", "Not Found"], "{domain}");
        }
    }

    #[test]
    fn bodies_of_other_servers_are_understood() {
        for (body, code, message) in [
            (r#"{"code": 5, "message": "gone"}"#, Code::NotFound, "gone"),
            (r#"{"type": "x:y", "title": "Gone", "status": 404}"#, Code::NotFound, "Gone"),
            (r#"{"error": {"code": 429, "message": "slow"}}"#, Code::ResourceExhausted, "slow"),
            (r#"{"error": {"code": "NEW", "message": "m"}}"#, Code::Unknown, "m"),
        ] {
            let status = Status::from_json(body.as_bytes()).unwrap();
            assert_eq!((status.code(), status.message()), (code, message), "{body}");
        }
    }

    #[test]
    fn other_json_is_no_status() {
        for body in ["", "[]", "{}", "\"text\"", r#"{"error": "text"}"#] {
            assert!(Status::from_json(body.as_bytes()).is_none(), "{body}");
        }
    }

    #[test]
    fn details_that_are_none_are_left_out() {
        for detail in [
            json!(7),
            json!({"@type": "type.example/x.Y", "size": 3}),
            json!({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "soon"}),
            json!({"@type": "type.googleapis.com/google.rpc.Help", "links": [1]}),
        ] {
            let body = json!({"code": 5, "message": "gone", "details": [detail]}).to_string();
            assert!(Status::from_json(body.as_bytes()).unwrap().details().is_empty(), "{body}");
        }
    }
}

//! The error of Connect as JSON: alone as the body of a response, or inside
//! the end of a stream.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http::HeaderMap;
use serde_json::{Map, Value, json};

use crate::{Code, Status};

/// The JSON of an error.
pub(super) fn to_json(status: &Status) -> Value {
    let mut error = json!({ "code": name(status.code()) });
    if !status.message().is_empty() {
        error["message"] = status.message().into();
    }
    let details: Vec<_> = status.detail_messages().iter().map(detail).collect();
    if !details.is_empty() {
        error["details"] = details.into();
    }
    error
}

/// The JSON of how a stream ended.
pub(super) fn end_of_stream(end: Result<(), Status>, trailers: HeaderMap) -> Value {
    let mut out = Map::new();
    if let Err(status) = end {
        out.insert("error".to_owned(), to_json(&status));
    }
    let mut metadata: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut last = String::new();
    for (name, value) in trailers {
        // Of several values of one name, the first alone comes with it.
        last = name.map_or(last, |name| name.to_string());
        if let Ok(value) = value.to_str() {
            metadata.entry(last.clone()).or_default().push(value.to_owned());
        }
    }
    if !metadata.is_empty() {
        out.insert("metadata".to_owned(), json!(metadata));
    }
    out.into()
}

/// A code in the protocol's spelling.
fn name(code: Code) -> String {
    match code {
        // The one word that the protocols spell differently.
        Code::Cancelled => "canceled".to_owned(),
        code => code.name().to_ascii_lowercase(),
    }
}

fn detail(any: &prost_types::Any) -> Value {
    let name = any.type_url.rsplit('/').next().unwrap_or_default();
    json!({ "type": name, "value": STANDARD_NO_PAD.encode(&any.value) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_its_code_in_lower_case_and_its_details_as_base64() {
        let status = Status::cancelled("gone").with_reason("R", "d");
        let expected = json!({
            "code": "canceled",
            "message": "gone",
            "details": [{ "type": "google.rpc.ErrorInfo", "value": "CgFSEgFk" }],
        });
        assert_eq!(to_json(&status), expected);
        assert_eq!(to_json(&Status::data_loss("")), json!({ "code": "data_loss" }));
    }

    #[test]
    fn the_end_of_a_stream_says_no_more_than_there_is() {
        let mut trailers = HeaderMap::new();
        assert_eq!(end_of_stream(Ok(()), HeaderMap::new()), json!({}));
        trailers.append("x-cost", "1".parse().unwrap());
        trailers.append("x-cost", "2".parse().unwrap());
        let end = end_of_stream(Err(Status::aborted("")), trailers);
        let expected =
            json!({ "error": { "code": "aborted" }, "metadata": { "x-cost": ["1", "2"] } });
        assert_eq!(end, expected);
    }
}

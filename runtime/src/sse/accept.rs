//! What a caller asks for: the form of a stream, and where to resume it.

use http::{HeaderMap, header};

use crate::Context;
use crate::context::Metadata;
use crate::service::StreamForm;

/// The form of a stream by the `Accept` header; `default` for callers that
/// name none of the forms.
pub(crate) fn form(metadata: &Metadata, default: StreamForm) -> StreamForm {
    named(metadata.as_headers()).unwrap_or(default)
}

/// Whether the caller names `text/event-stream`.
pub(crate) fn asked_for(headers: &HeaderMap) -> bool {
    named(headers) == Some(StreamForm::Sse)
}

/// The context with the last event that the caller has seen, which clients
/// that cannot set a header put in the query as `lastEventId`.
pub(crate) fn resuming(context: Context, query: Option<&str>) -> Context {
    let Some(query) = query.filter(|_| context.last_event_id().is_none()) else { return context };
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let id = pairs.find(|(key, _)| *key == "lastEventId").map(|(_, value)| value);
    let id = id.map(|id| percent_encoding::percent_decode_str(id).decode_utf8_lossy().into_owned());
    context.with_last_event_id(id.filter(|id| !id.is_empty()))
}

/// The form with the highest quality, the first of equals.
fn named(headers: &HeaderMap) -> Option<StreamForm> {
    let mut best = None;
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    for range in values.flat_map(|value| value.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let Some(form) = parts.next().and_then(form_of) else { continue };
        let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
        if quality > best.map_or(0.0, |(_, own): (StreamForm, f32)| own) {
            best = Some((form, quality));
        }
    }
    best.map(|(form, _)| form)
}

fn form_of(media: &str) -> Option<StreamForm> {
    match media {
        "text/event-stream" => Some(StreamForm::Sse),
        "application/x-ndjson" | "application/ndjson" | "application/jsonl" => {
            Some(StreamForm::Ndjson)
        }
        "application/json" => Some(StreamForm::JsonArray),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(value: &str) -> StreamForm {
        let mut metadata = Metadata::new();
        metadata.insert("accept", value);
        form(&metadata, StreamForm::Sse)
    }

    #[test]
    fn the_best_quality_decides_and_the_default_fills_in() {
        assert_eq!(accepted("application/json;q=0.5, application/x-ndjson"), StreamForm::Ndjson);
        assert_eq!(accepted("application/json, text/event-stream"), StreamForm::JsonArray);
        assert_eq!(accepted("text/html, */*"), StreamForm::Sse);
        assert_eq!(accepted("application/json;q=0"), StreamForm::Sse);
    }

    #[test]
    fn the_query_names_the_last_event_where_no_header_does() {
        let context = resuming(Context::new(), Some("a=1&lastEventId=x%207"));
        assert_eq!(context.last_event_id(), Some("x 7"));
        let context = Context::new().with_last_event_id(Some("9".into()));
        assert_eq!(resuming(context, Some("lastEventId=7")).last_event_id(), Some("9"));
    }
}

//! What a caller asks for: the form of a stream, and where to resume it.

use std::cmp::Reverse;

use http::{HeaderMap, header};

use super::form::{FORMS, Form, Sent};
use crate::Context;
use crate::context::names;
use crate::service::StreamForm;

/// The form of a stream that fits the `Accept` header best; `default` for
/// callers that accept anything. `None` where no form fits.
///
/// The highest quality wins, then the more specific range, then what the
/// caller names first; where a range leaves the choice, it is the default's.
pub(crate) fn form(headers: &HeaderMap, default: StreamForm) -> Option<Sent> {
    let default = Form::from(default);
    let ranges: Vec<_> = ranges(headers).collect();
    let array_errors = headers.contains_key(names::ARRAY_ERRORS);
    let sent = |(media, form)| Sent { media, form, array_errors };
    if ranges.is_empty() {
        return FORMS.into_iter().find(|(_, form)| *form == default).map(sent);
    }
    let candidates = FORMS.into_iter().filter_map(|(media, form)| {
        let matching = ranges.iter().enumerate().filter(|(_, range)| range.holds(media));
        let (at, range) = matching.max_by_key(|(at, own)| (own.specificity(), Reverse(*at)))?;
        let named = range.specificity() == NAMED;
        let place = if named { at } else { usize::from(form != default) };
        let rank = (range.quality, range.specificity(), Reverse(place), form == Form::Array);
        (range.quality > 0).then_some((rank, (media, form)))
    });
    // Of equals the last one would win; the table begins with the usual names.
    let best = candidates.fold(None, |best: Option<(_, _)>, own| match best {
        Some(best) if best.0 >= own.0 => Some(best),
        _ => Some(own),
    });
    best.map(|(_, row)| sent(row))
}

/// Whether the caller names `text/event-stream` and wants nothing more.
pub(crate) fn asked_for(headers: &HeaderMap) -> bool {
    form(headers, StreamForm::JsonArray).is_some_and(|sent| sent.form == Form::Events)
}

/// How much the caller wants a media type, in thousandths: 0 is not at all. Every
/// request is asked, so that nothing is kept.
pub(crate) fn quality(headers: &HeaderMap, media: &str) -> u16 {
    let matching = ranges(headers).filter(|range| range.holds(media));
    matching.max_by_key(Range::specificity).map_or(0, |range| range.quality)
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

/// The specificity of a range that names one media type.
const NAMED: u8 = 2;

/// A media range of `Accept`.
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    /// In thousandths.
    quality: u16,
}

impl<'a> Range<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let mut qualities = parts.filter_map(|part| part.split_once('='));
        let quality = qualities.find(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
        let quality = quality.map_or(Some(1.0), |(_, value)| value.trim().parse::<f32>().ok());
        // A quality that is none counts as not given.
        let quality = quality.filter(|own| (0.0..=1.0).contains(own)).unwrap_or(1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
        let quality = (quality * 1000.0) as u16;
        Some(Self { kind, subtype, quality })
    }

    fn specificity(&self) -> u8 {
        u8::from(self.kind != "*") + u8::from(self.subtype != "*")
    }

    fn holds(&self, media: &str) -> bool {
        let Some((kind, subtype)) = media.split_once('/') else { return false };
        let holds = |own: &str, other| own == "*" || own.eq_ignore_ascii_case(other);
        holds(self.kind, kind) && holds(self.subtype, subtype)
    }
}

fn ranges(headers: &HeaderMap) -> impl Iterator<Item = Range<'_>> {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).filter_map(|text| Range::parse(text.trim()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn accepted(value: &'static str, default: StreamForm) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(value));
        form(&headers, default).map(|sent| sent.media)
    }

    #[test]
    fn the_best_quality_decides_and_the_default_fills_in() {
        for (accept, expected) in [
            ("", Some("text/event-stream")),
            ("application/json;q=0.5, application/x-ndjson", Some("application/x-ndjson")),
            ("application/json, text/event-stream", Some("application/json")),
            ("application/jsonl", Some("application/jsonl")),
            ("Application/JSON-Seq; charset=utf-8", Some("application/json-seq")),
            ("text/html, */*", Some("text/event-stream")),
            ("*/*;q=0.1, application/json;q=0.2", Some("application/json")),
            ("*/*, application/json;q=0.2", Some("text/event-stream")),
            ("*/*, text/event-stream;q=0", Some("application/json")),
            ("application/*", Some("application/json")),
            ("text/*", Some("text/event-stream")),
            ("application/json;q=0", None),
            ("text/html", None),
            ("image/png, text/plain;q=0.9", None),
        ] {
            assert_eq!(accepted(accept, StreamForm::Sse), expected, "{accept}");
        }
        assert_eq!(accepted("*/*", StreamForm::Ndjson), Some("application/x-ndjson"));
        assert_eq!(accepted("application/*", StreamForm::Ndjson), Some("application/x-ndjson"));
        assert_eq!(
            form(&HeaderMap::new(), StreamForm::JsonArray).unwrap().media,
            "application/json"
        );
    }

    #[test]
    fn an_event_source_names_its_form() {
        let named = |value| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(value));
            asked_for(&headers)
        };
        assert!(named("text/event-stream") && named("text/event-stream, */*;q=0.1"));
        assert!(!named("*/*") && !named("text/html") && !asked_for(&HeaderMap::new()));
    }

    #[test]
    fn the_query_names_the_last_event_where_no_header_does() {
        let context = resuming(Context::new(), Some("a=1&lastEventId=x%207"));
        assert_eq!(context.last_event_id(), Some("x 7"));
        let context = Context::new().with_last_event_id(Some("9".into()));
        assert_eq!(resuming(context, Some("lastEventId=7")).last_event_id(), Some("9"));
    }
}

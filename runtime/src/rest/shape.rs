//! Which form an error body has: what the caller asks for, or else what the
//! contract says of the service.

use http::{HeaderMap, HeaderValue, header};

use crate::service::Dispatcher;
use crate::sse;
use crate::status::ErrorShape;

/// Chooses the forms of error bodies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shapes {
    /// For requests whose service is not known.
    default: ErrorShape,
}

impl Shapes {
    /// `default`, or else the form that all services agree on.
    pub(super) fn new(default: Option<ErrorShape>, dispatcher: &Dispatcher) -> Self {
        let mut shapes = dispatcher.services().map(|info| info.error_shape);
        let first = shapes.next().unwrap_or_default();
        let agreed = if shapes.all(|shape| shape == first) { first } else { ErrorShape::default() };
        Self { default: default.unwrap_or(agreed) }
    }

    /// The form for a request to a service of this form, or to none.
    pub(super) fn choose(self, headers: &HeaderMap, service: Option<ErrorShape>) -> ErrorShape {
        if asks_for_problem(headers) {
            return ErrorShape::ProblemDetails;
        }
        service.unwrap_or(self.default)
    }
}

/// Whether `Accept` names problem details, and wants them no less than other JSON.
fn asks_for_problem(headers: &HeaderMap) -> bool {
    let media = ErrorShape::ProblemDetails.media_type();
    // Few callers name it, and only those are listened to at length.
    let mut values = headers.get_all(header::ACCEPT).iter().map(HeaderValue::as_bytes);
    let named = values.any(|value| {
        value.windows(media.len()).any(|own| own.eq_ignore_ascii_case(media.as_bytes()))
    });
    named && sse::prefers(headers, media, ErrorShape::default().media_type())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problem_details_are_asked_for_by_name_and_by_quality() {
        for (accept, expected) in [
            ("application/problem+json", true),
            ("application/json, Application/Problem+JSON", true),
            ("application/problem+json;q=0.5, application/json;q=0.4", true),
            ("text/event-stream, application/problem+json;q=0.1", true),
            ("application/json, application/problem+json;q=0.1", false),
            ("application/problem+json;q=0.5, */*", false),
            ("application/problem+json;q=0", false),
            ("application/*", false),
            ("application/problem+jsonx", false),
        ] {
            let accept = (header::ACCEPT, HeaderValue::from_static(accept));
            let headers = HeaderMap::from_iter([accept.clone()]);
            assert_eq!(asks_for_problem(&headers), expected, "{:?}", accept.1);
        }
    }
}

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
        let usual = service.unwrap_or(self.default);
        if names_problem(headers) { negotiated(headers, usual) } else { usual }
    }
}

/// Whether `Accept` names problem details. Only then it says anything of errors: whoever
/// names JSON alone says it of replies, and has to read what the contract states.
fn names_problem(headers: &HeaderMap) -> bool {
    let media = ErrorShape::ProblemDetails.media_type().as_bytes();
    let mut values = headers.get_all(header::ACCEPT).iter().map(HeaderValue::as_bytes);
    values.any(|value| value.windows(media.len()).any(|own| own.eq_ignore_ascii_case(media)))
}

/// The form that `Accept` wants: `usual`, unless a form of the other media type is
/// wanted more. Where none is wanted, an error is said all the same (RFC 9110, 12.4.1).
fn negotiated(headers: &HeaderMap, usual: ErrorShape) -> ErrorShape {
    let other = match usual {
        ErrorShape::Aip193 | ErrorShape::RpcStatus => ErrorShape::ProblemDetails,
        ErrorShape::ProblemDetails => ErrorShape::default(),
    };
    let wanted = |shape: ErrorShape| sse::quality(headers, shape.media_type());
    if wanted(other) > wanted(usual) { other } else { usual }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_the_usual_one_unless_the_other_is_wanted_more() {
        const PROBLEM: ErrorShape = ErrorShape::ProblemDetails;
        const STATUS: ErrorShape = ErrorShape::RpcStatus;
        for (accept, of_problem, of_status) in [
            ("", PROBLEM, STATUS),
            ("*/*", PROBLEM, STATUS),
            ("application/*", PROBLEM, STATUS),
            ("text/html", PROBLEM, STATUS),
            ("application/json, Application/Problem+JSON", PROBLEM, STATUS),
            ("application/json, text/plain, */*", PROBLEM, STATUS),
            ("application/problem+json;q=0, application/json;q=0", PROBLEM, STATUS),
            ("application/problem+json", PROBLEM, PROBLEM),
            ("application/problem+json;q=0.5, application/json;q=0.4", PROBLEM, PROBLEM),
            ("text/event-stream, application/problem+json;q=0.1", PROBLEM, PROBLEM),
            ("application/json", PROBLEM, STATUS),
            ("application/json, application/problem+json;q=0.1", ErrorShape::Aip193, STATUS),
            ("application/problem+json;q=0.5, */*", ErrorShape::Aip193, STATUS),
            ("*/*, application/problem+json;q=0", ErrorShape::Aip193, STATUS),
            ("application/problem+jsonx", PROBLEM, STATUS),
        ] {
            let headers =
                HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            let shapes = |default| Shapes { default };
            let chosen = |usual| shapes(usual).choose(&headers, None);
            assert_eq!((chosen(PROBLEM), chosen(STATUS)), (of_problem, of_status), "{accept}");
        }
    }
}

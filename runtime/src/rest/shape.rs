//! Which form an error body has: what the caller asks for, or else what the
//! contract says of the service.

use http::{HeaderMap, header};

use crate::service::Dispatcher;
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

/// Whether `Accept` names problem details, and does not rule them out.
fn asks_for_problem(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT).iter();
    // Most callers send less than its name.
    let values =
        values.filter(|value| value.len() >= ErrorShape::ProblemDetails.media_type().len());
    let values = values.filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let named = parts.next().is_some_and(|media| {
            media.eq_ignore_ascii_case(ErrorShape::ProblemDetails.media_type())
        });
        named
            && !parts.any(|part| matches!(part.strip_prefix("q="), Some(q) if q.parse() == Ok(0.0)))
    })
}

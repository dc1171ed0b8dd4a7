//! The values that a matched path gives to the variables of its template.

use super::{Expansion, PathRules, decode};
use crate::codec::{Field, WireError};
use crate::service::{HttpRoute, Segment, Variable};

/// A field and the value that the path gives it.
#[derive(Clone, Debug)]
pub(crate) struct Capture {
    /// The path to the field.
    pub(crate) field: &'static [&'static Field],
    /// The decoded value.
    pub(crate) value: String,
}

/// The path segments that a variable covers.
fn span<'p>(route: &HttpRoute, variable: &Variable, path: &'p [&'p str]) -> &'p [&'p str] {
    let rest = route.segments.iter().position(|segment| *segment == Segment::Rest);
    // What `**` covers beyond the one segment that it is counted as; -1 for nothing.
    let shift = |index: usize| match rest {
        Some(rest) if index > rest => (index + path.len()).saturating_sub(route.segments.len()),
        _ => index,
    };
    let (start, end) = (shift(variable.start), shift(variable.start + variable.len));
    path.get(start..end).unwrap_or_default()
}

/// Whether every variable covers some of `path`: an empty value is no match.
pub(super) fn is_complete(route: &HttpRoute, path: &[&str]) -> bool {
    route.variables.iter().all(|variable| !span(route, variable, path).is_empty())
}

/// The values of the variables of `route` in `path`, still encoded.
///
/// # Errors
/// A value is not UTF-8 once it is decoded.
pub(super) fn captures(
    route: &'static HttpRoute,
    path: &[&str],
    rules: PathRules,
) -> Result<Vec<Capture>, WireError> {
    let expansion = if route.fully_decoded { Expansion::All } else { rules.expansion };
    let lenient = rules.lenient_escapes;
    let variables = route.variables.iter();
    let values = variables.map(|variable| {
        let segments = span(route, variable, path);
        let pattern = route.segments.get(variable.start..variable.start + variable.len);
        let value = if pattern == Some(&[Segment::Single]) {
            decode(segments.first().unwrap_or(&""), lenient, |_| false)?.into_owned()
        } else {
            let parts = segments.iter();
            let parts = parts.map(|part| decode(part, lenient, |byte| expansion.keeps(byte)));
            parts.collect::<Result<Vec<_>, _>>()?.join("/")
        };
        Ok(Capture { field: variable.field, value })
    });
    values.collect()
}

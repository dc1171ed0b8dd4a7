//! Fills a path template: the inverse of the server's path binding.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Status;
use crate::service::{HttpRoute, Segment, Variable};

/// Everything but RFC 3986's unreserved characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path of a route, its variables replaced by `values` in their order.
pub(super) fn fill(route: &HttpRoute, values: &[String]) -> Result<String, Status> {
    let mut path = String::new();
    let mut at = 0;
    while let Some(segment) = route.segments.get(at) {
        let variable = route.variables.iter().zip(values).find(|(v, _)| v.start == at);
        if let Some((variable, value)) = variable {
            for part in parts(route, variable, value)? {
                push(&mut path, part);
            }
            at += variable.len.max(1);
            continue;
        }
        match segment {
            Segment::Literal(text) => push(&mut path, text),
            Segment::Single | Segment::Rest => {
                return Err(Status::unimplemented(format!(
                    "`{}` matches more than its fields can say",
                    route.template
                )));
            }
        }
        at += 1;
    }
    if path.is_empty() {
        path.push('/');
    }
    if let Some(verb) = route.custom_verb {
        path.push(':');
        path.push_str(verb);
    }
    Ok(path)
}

fn push(path: &mut String, segment: &str) {
    path.push('/');
    path.extend(utf8_percent_encode(segment, SEGMENT));
}

/// The segments that a value fills, once it fits the variable's pattern.
fn parts<'v>(
    route: &HttpRoute,
    variable: &Variable,
    value: &'v str,
) -> Result<Vec<&'v str>, Status> {
    let end = variable.start + variable.len;
    let pattern = route.segments.get(variable.start..end).unwrap_or_default();
    let parts: Vec<_> =
        if pattern == [Segment::Single] { vec![value] } else { value.split('/').collect() };
    if matches(pattern, &parts) && parts.iter().all(|part| survives(part)) {
        return Ok(parts);
    }
    let field = variable.field.iter().map(|field| field.name).collect::<Vec<_>>().join(".");
    let wanted = format!("must fit its place in the path `{}`", route.template);
    Err(Status::invalid_argument(format!("{field}: `{value}` {wanted}"))
        .with_violation(field, wanted))
}

/// A dot segment is resolved away by every HTTP stack, encoded or not.
fn survives(part: &str) -> bool {
    !matches!(part, "" | "." | "..")
}

fn matches(pattern: &[Segment], parts: &[&str]) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return parts.is_empty();
    };
    match (first, parts.split_first()) {
        (Segment::Literal(text), Some((part, parts))) => text == part && matches(rest, parts),
        (Segment::Single, Some((_, parts))) => matches(rest, parts),
        (Segment::Rest, _) => {
            parts.len().checked_sub(rest.len()).is_some_and(|at| matches(rest, &parts[at..]))
        }
        (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Cardinality, Field, Kind};
    use crate::service::Body;

    static NAME: Field = Field {
        name: "name",
        json: "name",
        number: 1,
        cardinality: Cardinality::Implicit,
        kind: Kind::String,
    };

    const ROUTE: HttpRoute = HttpRoute {
        method: 0,
        verb: "GET",
        template: "",
        segments: &[],
        custom_verb: None,
        variables: &[],
        body: Body::None,
        response_body: None,
        fully_decoded: false,
    };

    const SINGLE: HttpRoute = HttpRoute {
        segments: &[Segment::Literal("v1"), Segment::Single],
        variables: &[Variable { field: &[&NAME], start: 1, len: 1 }],
        custom_verb: Some("run"),
        ..ROUTE
    };

    const NESTED: HttpRoute = HttpRoute {
        segments: &[Segment::Literal("v1"), Segment::Literal("docs"), Segment::Rest],
        variables: &[Variable { field: &[&NAME], start: 1, len: 2 }],
        ..ROUTE
    };

    fn filled(route: &HttpRoute, value: &str) -> Option<String> {
        fill(route, &[value.to_owned()]).ok()
    }

    #[test]
    fn a_value_of_one_segment_is_wholly_encoded() {
        assert_eq!(filled(&SINGLE, "a/b c:é~").as_deref(), Some("/v1/a%2Fb%20c%3A%C3%A9~:run"));
    }

    #[test]
    fn slashes_separate_the_segments_of_a_longer_value() {
        assert_eq!(filled(&NESTED, "docs/a b/c").as_deref(), Some("/v1/docs/a%20b/c"));
        assert_eq!(filled(&NESTED, "docs").as_deref(), Some("/v1/docs"));
        assert_eq!(filled(&NESTED, "files/a"), None, "does not fit the pattern");
    }

    #[test]
    fn values_that_no_path_can_carry_are_refused() {
        for value in ["", ".", ".."] {
            assert_eq!(filled(&SINGLE, value), None, "{value:?}");
        }
        assert_eq!(filled(&NESTED, "docs/../x"), None);
        let error = fill(&SINGLE, &[String::new()]).unwrap_err();
        assert_eq!(error.details().violations[0].field, "name");
    }

    #[test]
    fn the_root_is_a_path() {
        assert_eq!(fill(&ROUTE, &[]).unwrap(), "/");
    }
}

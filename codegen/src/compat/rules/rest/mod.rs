//! Routes, parameters and bodies.

mod bindings;
mod bodies;
mod documents;
mod fields;
mod query;
mod rpc;
mod shadow;

use crate::compat::finding::{Axis, Level};
use crate::compat::rule::{Check, Rule};

const fn rule(
    name: &'static str,
    level: Level,
    summary: &'static str,
    page: &'static str,
    check: Check,
) -> Rule {
    let (family, axes, anchor): (_, &[Axis], &[&str]) = ("rest", &[Axis::Http], &[]);
    Rule { name, family, summary, level, axes, anchor, page, check }
}

macro_rules! page {
    ($name:literal) => {
        include_str!(concat!("../../../../rules/rest/", $name, ".md"))
    };
}

/// The rules of the family.
pub(super) static RULES: &[Rule] = &[
    rule(
        "http-binding-removed",
        Level::Error,
        "a route of an rpc is gone",
        page!("http-binding-removed"),
        Check::Method(bindings::removed),
    ),
    rule(
        "http-verb-changed",
        Level::Error,
        "a route has another HTTP method",
        page!("http-verb-changed"),
        Check::Method(bindings::verb_changed),
    ),
    rule(
        "http-path-changed",
        Level::Error,
        "a route was moved to another path",
        page!("http-path-changed"),
        Check::Method(bindings::path_changed),
    ),
    Rule {
        axes: &[Axis::Source],
        ..rule(
            "http-path-var-renamed",
            Level::Warning,
            "a path variable fills another field",
            page!("http-path-var-renamed"),
            Check::Method(bodies::variable_renamed),
        )
    },
    rule(
        "http-path-pattern-narrowed",
        Level::Error,
        "a route matches fewer paths",
        page!("http-path-pattern-narrowed"),
        Check::Method(bindings::narrowed),
    ),
    rule(
        "http-path-pattern-widened",
        Level::Info,
        "a route matches more paths",
        page!("http-path-pattern-widened"),
        Check::Method(bindings::widened),
    ),
    rule(
        "http-route-shadowed",
        Level::Error,
        "a new route takes paths that another rpc served",
        page!("http-route-shadowed"),
        Check::Whole(shadow::shadowed),
    ),
    rule(
        "http-body-changed",
        Level::Error,
        "request fields moved between path, query and body, or the body has another envelope",
        page!("http-body-changed"),
        Check::Method(bodies::body_changed),
    ),
    rule(
        "http-query-param-lost",
        Level::Error,
        "a field that callers gave in the query cannot be given there",
        page!("http-query-param-lost"),
        Check::Whole(query::lost),
    ),
    rule(
        "http-response-body-changed",
        Level::Error,
        "a response holds another part of the reply",
        page!("http-response-body-changed"),
        Check::Method(bodies::response_body_changed),
    ),
    Rule {
        axes: &[Axis::Source],
        ..rule(
            "openapi-operation-id-changed",
            Level::Warning,
            "an operation of the OpenAPI document has another id",
            page!("openapi-operation-id-changed"),
            Check::Whole(documents::operation_id),
        )
    },
];

//! Routes, parameters and bodies.

mod bindings;
mod bodies;
mod documents;
mod fields;
mod query;
mod rpc;
mod shadow;

use crate::compat::rule::{Check, Rule};
use crate::compat::rules::row::row;

/// The rules of the family.
pub(super) static RULES: &[Rule] = &[
    row! { rest "http-binding-removed": Error [Http] B Break F Ok, anchor [],
    "a route of an rpc is gone", Check::Method(bindings::removed) },
    row! { rest "http-verb-changed": Error [Http] B Break F Break, anchor [],
    "a route has another HTTP method", Check::Method(bindings::verb_changed) },
    row! { rest "http-path-changed": Error [Http] B Break F Break, anchor [],
    "a route was moved to another path", Check::Method(bindings::path_changed) },
    row! { rest "http-path-var-renamed": Warning [Source] B Ok F Ok, anchor [],
    "a path variable fills another field", Check::Method(bodies::variable_renamed) },
    row! { rest "http-path-pattern-narrowed": Error [Http] B Break F Ok, anchor [],
    "a route matches fewer paths", Check::Method(bindings::narrowed) },
    row! { rest "http-path-pattern-widened": Info [Http] B Ok F Break, anchor [],
    "a route matches more paths", Check::Method(bindings::widened) },
    row! { rest "http-path-decoding-changed": Warning [Http] B Conditional F Conditional, anchor [],
    "a path variable is percent-decoded in another way",
    Check::Method(bindings::decoding_changed) },
    row! { rest "http-route-shadowed": Error [Http] B Break F Break, anchor [],
    "a new route takes paths that another rpc served", Check::Whole(shadow::shadowed) },
    row! { rest "http-body-changed": Error [Http] B Break F Break, anchor [],
    "request fields moved between path, query and body, or the body has another envelope",
    Check::Method(bodies::body_changed) },
    row! { rest "http-query-param-lost": Error [Http] B Break F Break, anchor [],
    "a field that callers gave in the query cannot be given there",
    Check::Whole(query::lost) },
    row! { rest "http-response-body-changed": Error [Http] B Break F Break, anchor [],
    "a response holds another part of the reply",
    Check::Method(bodies::response_body_changed) },
    row! { rest "openapi-operation-id-changed": Warning [Source] B Ok F Ok, anchor [],
    "an operation of the OpenAPI document has another id",
    Check::Method(documents::operation_id) },
];

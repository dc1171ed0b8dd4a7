//! The public look-ups of Envoy's path matcher.

use serde_json::Value;

use super::{Conflicts, Expansion, Found, PathRules, Router};
use crate::codec::{Cardinality, Field, Kind};
use crate::rest::query::QueryRules;
use crate::service::{Body, HttpRoute, Segment, Variable};

const VECTORS: &str = include_str!("../../../tests/vectors/path_matcher.json");

#[test]
fn every_lookup_of_the_vectors_gives_the_expected_route_and_bindings() {
    let groups: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let mut lookups = 0;
    for group in &groups {
        let source = group["src"].as_str().unwrap();
        let (paths, query) = rules(&group["options"]);
        let router = router(group, paths);
        for lookup in group["lookups"].as_array().unwrap() {
            lookups += 1;
            match &router {
                Some(router) => check(router, query, source, lookup),
                // Nothing can be looked up where a route was refused.
                None => assert!(lookup["want"].is_null(), "{source}: a route was refused"),
            }
        }
    }
    assert_eq!(lookups, 118);
}

/// Envoy's rules, with the options of a group.
fn rules(options: &Value) -> (PathRules, QueryRules) {
    let set = |name| options.get(name).is_some();
    let paths = PathRules {
        reserve_colon: set("MatchUnregisteredCustomVerb"),
        expansion: match options["unescape"].as_str() {
            Some("kAllCharactersExceptSlash") => Expansion::ExceptSlash,
            Some("kAllCharacters") => Expansion::All,
            _ => Expansion::ExceptReserved,
        },
        conflicts: if set("FailRegistrationOnDuplicate") {
            Conflicts::Refused
        } else {
            Conflicts::Unserved
        },
        ..PathRules::envoy()
    };
    let query = QueryRules { plus_is_space: set("QueryParamUnescapePlus"), ..QueryRules::envoy() };
    (paths, query)
}

fn check(router: &Router<String>, query: QueryRules, source: &str, lookup: &Value) {
    let case = format!("{source}: {lookup}");
    // A URL in the vectors may carry its query.
    let path = lookup["path"].as_str().unwrap().split('?').next().unwrap();
    let found = router.find(lookup["method"].as_str().unwrap(), path).unwrap();
    let Some(want) = lookup["want"].as_str() else {
        assert!(!matches!(found, Found::Route { .. }), "{case}: {found:?}");
        return;
    };
    let Found::Route { target, captures, .. } = found else { panic!("{case}: {found:?}") };
    assert_eq!(target, want, "{case}");
    let mut values: Vec<(String, String)> = captures
        .into_iter()
        .map(|own| (own.field.iter().map(|f| f.name).collect::<Vec<_>>().join("."), own.value))
        .collect();
    values.extend(
        query
            .pairs(lookup["query"].as_str().unwrap_or_default())
            .unwrap()
            .into_iter()
            // Keys that no field answers to are ignored; the vectors name only fields x to z and t.
            .filter(|(key, _)| key.len() == 1),
    );
    if let Some(expected) = lookup["binding_values"].as_array() {
        let values: Vec<_> = values.iter().map(|own| own.1.as_str()).collect();
        assert_eq!(Value::from(values), Value::Array(expected.clone()), "{case}");
    }
    if let Some(expected) = lookup["bindings"].as_array() {
        let expected: Vec<(String, String)> =
            serde_json::from_value(Value::Array(expected.clone())).unwrap();
        assert_eq!(values, expected, "{case}");
    }
}

/// The router of a group, or `None` where a route was refused.
fn router(group: &Value, rules: PathRules) -> Option<Router<String>> {
    let mut router = Router::new(rules);
    for route in group["routes"].as_array().unwrap() {
        let template =
            template(route["method"].as_str().unwrap(), route["template"].as_str().unwrap());
        router.add(template, route["id"].as_str().unwrap().to_owned()).ok()?;
    }
    Some(router)
}

/// A small parser of templates: in production, the code generator is it.
pub(super) fn template(verb: &str, text: &str) -> &'static HttpRoute {
    let text = text.to_owned().leak();
    let colon = text.rfind(':').filter(|colon| !text[*colon..].contains(['/', '}']));
    let (path, custom_verb) = match colon {
        Some(colon) => (&text[1..colon], Some(&text[colon + 1..])),
        None => (&text[1..], None),
    };
    let (mut segments, mut variables) = (Vec::new(), Vec::new());
    let mut rest = path;
    while !rest.is_empty() {
        let end = if rest.starts_with('{') {
            rest.find('}').unwrap() + 1
        } else {
            rest.find('/').unwrap_or(rest.len())
        };
        let part = &rest[..end];
        let inner = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        let (name, pattern) = match inner {
            Some(inner) => inner.split_once('=').unwrap_or((inner, "*")),
            None => ("", part),
        };
        let start = segments.len();
        segments.extend(pattern.split('/').map(|segment| match segment {
            "*" => Segment::Single,
            "**" => Segment::Rest,
            literal => Segment::Literal(literal),
        }));
        if !name.is_empty() {
            variables.push(Variable { field: field(name), start, len: segments.len() - start });
        }
        rest = rest[end..].trim_start_matches('/');
    }
    Box::leak(Box::new(HttpRoute {
        method: 0,
        verb: verb.to_owned().leak(),
        template: text,
        segments: segments.leak(),
        custom_verb,
        variables: variables.leak(),
        body: Body::None,
        response_body: None,
        fully_decoded: false,
    }))
}

fn field(path: &'static str) -> &'static [&'static Field] {
    let fields = path.split('.').map(|name| {
        let cardinality = Cardinality::Implicit;
        &*Box::leak(Box::new(Field {
            name,
            json: name,
            number: 1,
            cardinality,
            kind: Kind::String,
        }))
    });
    fields.collect::<Vec<_>>().leak()
}

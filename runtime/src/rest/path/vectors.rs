//! The public look-ups of Envoy's path matcher, and our own beside them.

use serde_json::Value;

use super::{Expansion, Found, PathRules, Router};
use crate::codec::{Cardinality, Field, Kind};
use crate::rest::query;
use crate::service::{Body, HttpRoute, Segment, Variable};

const VECTORS: &str = include_str!("../../../tests/vectors/path_matcher.json");

/// Where we differ from Envoy, on purpose: the group, what we do instead.
const DEVIATIONS: &[(&str, &str)] = &[
    // http.proto says that a plus in a query is a space, as every form encoder has it.
    ("QueryParameterNotUnescapePlus", "plus is a space"),
    // Two routes of one shape are an error when the server starts, not a 404 later.
    ("LookupSilentlyFailsOnDuplicate", "duplicates are refused"),
    ("RegisterFailsOnDuplicateIfOptIn", "duplicates are refused"),
];

#[test]
fn every_lookup_of_the_vectors_gives_the_expected_route_and_bindings() {
    let groups: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let mut lookups = 0;
    for group in &groups {
        let source = group["src"].as_str().unwrap();
        let deviation = DEVIATIONS.iter().find(|(name, _)| *name == source).map(|own| own.1);
        let router = router(group);
        if deviation == Some("duplicates are refused") {
            assert!(router.is_none(), "{source}");
            lookups += group["lookups"].as_array().unwrap().len();
            continue;
        }
        let router = router.unwrap_or_else(|| panic!("{source}: a route was refused"));
        for lookup in group["lookups"].as_array().unwrap() {
            lookups += 1;
            check(&router, source, lookup, deviation == Some("plus is a space"));
        }
    }
    assert_eq!(lookups, 118);
}

fn check(router: &Router<String>, source: &str, lookup: &Value, plus_is_space: bool) {
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
        query::pairs(lookup["query"].as_str().unwrap_or_default())
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
        let mut expected: Vec<(String, String)> =
            serde_json::from_value(Value::Array(expected.clone())).unwrap();
        if plus_is_space {
            expected = vec![("x".into(), "Hello world".into()), ("y".into(), "+  ".into())];
        }
        assert_eq!(values, expected, "{case}");
    }
}

/// The router of a group, or `None` where a route was refused.
fn router(group: &Value) -> Option<Router<String>> {
    let options = &group["options"];
    let rules = PathRules {
        // The vectors' matcher ignores one slash at the end.
        lenient_slash: true,
        reserve_colon: options.get("MatchUnregisteredCustomVerb").is_some(),
        expansion: match options["unescape"].as_str() {
            Some("kAllCharactersExceptReserved") => Expansion::ExceptReserved,
            Some("kAllCharacters") => Expansion::All,
            _ => Expansion::ExceptSlash,
        },
    };
    let mut router = Router::new(rules);
    for route in group["routes"].as_array().unwrap() {
        let template =
            template(route["method"].as_str().unwrap(), route["template"].as_str().unwrap());
        router.add(template, route["id"].as_str().unwrap().to_owned()).ok()?;
    }
    Some(router)
}

/// A small parser of templates: in production, the code generator is it.
fn template(verb: &str, text: &str) -> &'static HttpRoute {
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

fn lookup(routes: &[(&str, &str)], method: &str, path: &str) -> Option<String> {
    let mut trie = Router::new(PathRules::default());
    for (verb, pattern) in routes {
        trie.add(template(verb, pattern), format!("{verb} {pattern}")).unwrap();
    }
    match trie.find(method, path).unwrap() {
        Found::Route { target, .. } => Some(target.clone()),
        Found::OtherMethods(methods) => Some(methods.into_iter().collect::<Vec<_>>().join(",")),
        Found::Nothing => None,
    }
}

#[test]
fn every_ascii_character_survives_its_escape_in_one_segment() {
    for byte in 0..128_u8 {
        let mut router = Router::new(PathRules::default());
        router.add(template("GET", "/{x}"), ()).unwrap();
        let found = router.find("GET", &format!("/%{byte:02x}")).unwrap();
        let Found::Route { captures, .. } = found else { panic!("{byte}") };
        assert_eq!(captures[0].value, char::from(byte).to_string());
    }
}

#[test]
fn a_path_of_thousands_of_segments_is_matched_without_deep_recursion() {
    let path = format!("/a{}/x", "/segment".repeat(50_000));
    assert_eq!(lookup(&[("GET", "/a/**/x")], "GET", &path), Some("GET /a/**/x".to_owned()));
}

#[test]
fn a_literal_beats_a_star_whatever_the_order() {
    let routes = [("GET", "/{tenant}/tasks"), ("GET", "/tasks/{id}")];
    assert_eq!(lookup(&routes, "GET", "/tasks/tasks"), Some("GET /tasks/{id}".to_owned()));
    assert_eq!(lookup(&routes, "GET", "/acme/tasks"), Some("GET /{tenant}/tasks".to_owned()));
}

#[test]
fn a_less_specific_shape_is_tried_where_the_method_does_not_fit() {
    let routes = [("POST", "/tasks/search"), ("GET", "/tasks/{id}")];
    assert_eq!(lookup(&routes, "GET", "/tasks/search"), Some("GET /tasks/{id}".to_owned()));
    assert_eq!(lookup(&routes, "DELETE", "/tasks/search"), Some("GET,POST".to_owned()));
}

#[test]
fn a_registered_verb_never_falls_into_an_unverbed_variable() {
    let routes = [("POST", "/tasks/{id}:cancel"), ("GET", "/tasks/{id}")];
    assert_eq!(lookup(&routes, "GET", "/tasks/x:cancel"), Some("POST".to_owned()));
    assert_eq!(lookup(&routes, "GET", "/tasks/x:other"), Some("GET /tasks/{id}".to_owned()));
    assert_eq!(
        lookup(&routes, "POST", "/tasks/a:b:cancel"),
        Some("POST /tasks/{id}:cancel".to_owned())
    );
}

#[test]
fn a_verb_of_another_path_stays_part_of_the_segment() {
    let routes = [("POST", "/jobs/{id}:run"), ("GET", "/files/{name}")];
    assert_eq!(lookup(&routes, "GET", "/files/a:run"), Some("GET /files/{name}".to_owned()));
}

#[test]
fn an_empty_variable_is_no_match() {
    let routes = [("DELETE", "/tasks/{id}"), ("GET", "/files/{name=**}")];
    assert_eq!(lookup(&routes, "DELETE", "/tasks/"), None);
    assert_eq!(lookup(&routes, "GET", "/files"), None);
}

#[test]
fn head_is_served_by_get_and_star_by_any_method() {
    let routes = [("GET", "/a"), ("*", "/a"), ("HEAD", "/b"), ("GET", "/b")];
    assert_eq!(lookup(&routes, "HEAD", "/a"), Some("GET /a".to_owned()));
    assert_eq!(lookup(&routes, "HEAD", "/b"), Some("HEAD /b".to_owned()));
    assert_eq!(lookup(&routes, "PURGE", "/a"), Some("* /a".to_owned()));
}

#[test]
fn an_escaped_slash_does_not_split_and_an_escaped_literal_matches() {
    let routes = [("GET", "/lit/{x}")];
    assert_eq!(lookup(&routes, "GET", "/l%69t/a%2Fb"), Some("GET /lit/{x}".to_owned()));
}

#[test]
fn a_malformed_escape_is_the_callers_fault() {
    let mut router = Router::new(PathRules::default());
    router.add(template("GET", "/{x}"), ()).unwrap();
    assert_eq!(router.find("GET", "/%zz").unwrap_err().code(), crate::Code::InvalidArgument);
}

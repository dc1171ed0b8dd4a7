//! Look-ups of our own, beside the public vectors: precedence, verbs, escapes,
//! and each switch of the rules.

use super::vectors::template;
use super::{Conflicts, Found, PathRules, Router};
use crate::service::HttpRoute;

fn lookup(routes: &[(&str, &str)], method: &str, path: &str) -> Option<String> {
    lookup_by(PathRules::default(), routes, method, path)
}

fn lookup_by(
    rules: PathRules,
    routes: &[(&str, &str)],
    method: &str,
    path: &str,
) -> Option<String> {
    let mut trie = Router::new(rules);
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
fn an_escaped_verb_is_the_verb_unless_literals_are_compared_raw() {
    let routes = [("GET", "/{x}"), ("POST", "/{x}:run")];
    for path in ["/a:r%75n", "/a:%72%75%6E", "/a%20b:ru%6e"] {
        assert_eq!(lookup(&routes, "POST", path), Some("POST /{x}:run".to_owned()), "{path}");
        assert_eq!(lookup(&routes, "GET", path), Some("POST".to_owned()), "{path}");
    }
    for path in ["/a:r%2Fun", "/a:run%20", "/a%3Arun"] {
        assert_eq!(lookup(&routes, "GET", path), Some("GET /{x}".to_owned()), "{path}");
    }
    let raw = PathRules { raw_literals: true, ..PathRules::default() };
    assert_eq!(lookup_by(raw, &routes, "GET", "/a:r%75n"), Some("GET /{x}".to_owned()));
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
    assert_eq!(lookup(&routes[1..], "TRACE", "/a"), Some("*".to_owned()), "405");
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

#[test]
fn a_reserved_colon_begins_a_verb_whether_there_is_one_or_not() {
    let rules = PathRules { reserve_colon: true, ..PathRules::default() };
    let routes = [("GET", "/files/{name}")];
    assert_eq!(lookup(&routes, "GET", "/files/a:run"), Some("GET /files/{name}".to_owned()));
    assert_eq!(lookup_by(rules, &routes, "GET", "/files/a:run"), None);
}

#[test]
fn a_reserved_verb_belongs_to_no_segment_of_any_route() {
    let rules = PathRules { reserve_verbs: true, ..PathRules::default() };
    let routes = [("POST", "/jobs/{id}:run"), ("GET", "/files/{name}")];
    assert_eq!(lookup_by(rules, &routes, "GET", "/files/a:run"), None);
    let other = lookup_by(rules, &routes, "GET", "/files/a:walk");
    assert_eq!(other, Some("GET /files/{name}".to_owned()));
}

#[test]
fn raw_literals_match_as_they_were_sent() {
    let rules = PathRules { raw_literals: true, ..PathRules::default() };
    let routes = [("GET", "/lit/{x}")];
    assert_eq!(lookup_by(rules, &routes, "GET", "/l%69t/a"), None);
    assert_eq!(lookup_by(rules, &routes, "GET", "/lit/a%20b"), Some("GET /lit/{x}".to_owned()));
}

#[test]
fn lenient_escapes_are_text() {
    let rules = PathRules { lenient_escapes: true, ..PathRules::default() };
    let mut router = Router::new(rules);
    router.add(template("GET", "/{x}"), ()).unwrap();
    let Found::Route { captures, .. } = router.find("GET", "/%zz%20").unwrap() else {
        panic!("no route")
    };
    assert_eq!(captures[0].value, "%zz ");
}

#[test]
fn hidden_methods_are_no_route() {
    let rules = PathRules { hide_methods: true, ..PathRules::default() };
    assert_eq!(lookup_by(rules, &[("POST", "/a")], "GET", "/a"), None);
}

#[test]
fn conflicts_are_refused_or_leave_both_unserved() {
    let twins = [("GET", "/a/{x}"), ("GET", "/a/{y=*}"), ("GET", "/{z=**}")];
    let rules = PathRules { conflicts: Conflicts::Unserved, ..PathRules::default() };
    assert_eq!(lookup_by(rules, &twins, "GET", "/a/b"), Some("GET /{z=**}".to_owned()));
    let mut router = Router::new(PathRules::default());
    router.add(template("GET", "/a/{x}"), "first").unwrap();
    assert_eq!(router.add(template("GET", "/a/{y=*}"), "second"), Err(&"first"));
}

#[test]
fn a_route_may_decode_what_the_rules_keep() {
    let whole = HttpRoute { fully_decoded: true, ..*template("GET", "/{x=**}") };
    for (route, expected) in [(template("GET", "/{x=**}"), "a%2Fb/c"), (leak(whole), "a/b/c")] {
        let mut router = Router::new(PathRules::default());
        router.add(route, ()).unwrap();
        let Found::Route { captures, .. } = router.find("GET", "/a%2Fb/c").unwrap() else {
            panic!("no route")
        };
        assert_eq!(captures[0].value, expected);
    }
}

fn leak(route: HttpRoute) -> &'static HttpRoute {
    Box::leak(Box::new(route))
}

//! What two documents say as one.

use serde_json::{Value, json};

use super::{Part, unite};

fn part(service: &'static str, document: &Value) -> Part {
    Part { service, text: document.to_string().leak() }
}

fn united(parts: &[Part]) -> Value {
    let text = unite(parts).expect("they fit").expect("there are some");
    serde_json::from_slice(&text).expect("it is JSON")
}

fn openapi(tag: &str, paths: &Value) -> Value {
    json!({ "openapi": "3.1.1", "info": { "title": tag }, "tags": [{ "name": tag }],
        "paths": paths, "components": { "schemas": {} } })
}

fn operation(id: &str, tag: &str, parameter: &str) -> Value {
    json!({ "operationId": id, "tags": [tag],
        "parameters": [{ "in": "path", "name": parameter }, { "in": "query", "name": parameter }] })
}

#[test]
fn one_document_is_served_as_it_is() {
    let document = openapi("A", &json!({}));
    let same = [part("a.A", &document), part("a.B", &document)];
    assert_eq!(united(&same), document);
    assert!(unite(&[]).expect("nothing is wrong").is_none());
}

#[test]
fn names_that_meet_get_their_package_and_others_stay() {
    let first = openapi(
        "Items",
        &json!({ "/a": { "get": operation("Items_Get", "Items", "x"),
            "post": operation("Items_Add", "Items", "x") } }),
    );
    let second =
        openapi("Items", &json!({ "/b": { "get": operation("Items_Get", "Items", "x") } }));
    let other = openapi("Other", &json!({ "/c": { "get": operation("Other_Get", "Other", "x") } }));
    let whole = united(&[
        part("one.v1.Items", &first),
        part("two.v1.Items", &second),
        part("two.v1.Other", &other),
    ]);
    let tags = json!([{ "name": "one.v1.Items" }, { "name": "two.v1.Items" }, { "name": "Other" }]);
    assert_eq!(whole["tags"], tags);
    let get = |path: &str| &whole["paths"][path]["get"];
    assert_eq!(get("/a")["operationId"], "one_v1_Items_Get");
    assert_eq!(get("/a")["tags"], json!(["one.v1.Items"]));
    assert_eq!(get("/b")["operationId"], "two_v1_Items_Get");
    assert_eq!(whole["paths"]["/a"]["post"]["operationId"], "Items_Add");
    assert_eq!(get("/c")["operationId"], "Other_Get");
}

#[test]
fn paths_of_one_shape_share_an_entry_and_its_parameter_names() {
    let get = operation("A_Get", "A", "name");
    let first = openapi("A", &json!({ "/v1/items/{name}:run": { "get": get } }));
    let put = operation("B_Put", "B", "id");
    let second = openapi(
        "B",
        &json!({ "/v1/items/{id}:run": { "put": put,
            "x-additionalOperations": { "LINK": operation("B_Link", "B", "id") } } }),
    );
    let whole = united(&[part("a.A", &first), part("b.B", &second)]);
    let paths = whole["paths"].as_object().expect("paths");
    assert_eq!(paths.keys().collect::<Vec<_>>(), ["/v1/items/{name}:run"]);
    let item = &whole["paths"]["/v1/items/{name}:run"];
    let renamed = json!([{ "in": "path", "name": "name" }, { "in": "query", "name": "id" }]);
    assert_eq!(item["put"]["parameters"], renamed);
    assert_eq!(item["x-additionalOperations"]["LINK"]["parameters"], renamed);
    assert_eq!(item["get"]["operationId"], "A_Get");
}

#[test]
fn an_operation_of_one_method_goes_before_those_of_any() {
    let mut any = operation("A_Any_get", "A", "x");
    any["x-any-method"] = json!(true);
    let first = openapi("A", &json!({ "/v1/{x}": { "get": any } }));
    let second = openapi("B", &json!({ "/v1/{y}": { "get": operation("B_Get", "B", "y") } }));
    for parts in [[("a.A", &first), ("b.B", &second)], [("b.B", &second), ("a.A", &first)]] {
        let whole = united(&parts.map(|(service, document)| part(service, document)));
        let item = whole["paths"].as_object().and_then(|paths| paths.values().next());
        let item = item.expect("a path");
        assert_eq!(item["get"]["operationId"], "B_Get");
        assert_eq!(item["x-shadowed"][0]["operationId"], "A_Any_get");
        assert_eq!(item["x-shadowed"][0]["method"], "*");
    }
}

#[test]
fn channels_that_meet_are_renamed_where_they_are_referred_to() {
    let document = |service: &str| {
        json!({ "asyncapi": "3.1.0", "channels": { "Items_Get": { "address": service } },
            "operations": { "Items_Get": { "channel": { "$ref": "#/channels/Items_Get" },
                "messages": [{ "$ref": "#/channels/Items_Get/messages/request" }] } } })
    };
    let (one, two) = (document("one"), document("two"));
    let whole = united(&[part("one.v1.Items", &one), part("two.v1.Items", &two)]);
    assert_eq!(whole["channels"]["two_v1_Items_Get"]["address"], "two");
    let operation = &whole["operations"]["two_v1_Items_Get"];
    assert_eq!(operation["channel"]["$ref"], "#/channels/two_v1_Items_Get");
    let message = "#/channels/two_v1_Items_Get/messages/request";
    assert_eq!(operation["messages"][0]["$ref"], message);
}

#[test]
fn a_component_is_never_put_together_of_two() {
    let with = |schema: Value| {
        let mut document = openapi("A", &json!({}));
        document["components"]["schemas"]["m.M"] = schema;
        document
    };
    let first = with(json!({ "enum": ["A"] }));
    let second = with(json!({ "enum": ["B"], "title": "m" }));
    let whole = united(&[part("a.A", &first), part("b.B", &second)]);
    assert_eq!(whole["components"]["schemas"]["m.M"], json!({ "enum": ["A"] }));
}

#[test]
fn documents_of_two_versions_are_refused() {
    let mut second = openapi("B", &json!({}));
    second["openapi"] = json!("3.0.3");
    let parts = [part("a.A", &openapi("A", &json!({}))), part("b.B", &second)];
    let refused = unite(&parts).expect_err("they do not fit");
    assert_eq!(
        refused.message(),
        "`a.A` has a document of OpenAPI 3.1.1, and `b.B` one of OpenAPI 3.0.3: generate both in \
         one version, or serve them apart"
    );
}

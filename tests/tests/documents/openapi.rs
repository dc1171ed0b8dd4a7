//! OpenAPI documents.

use agentgen_codegen::emit::OutputFile;
use agentgen_codegen::{Severity, contract, source};
use agentgen_tests::environment::node_script;
use serde_json::{Value, json};

use crate::emitted::{files, own, passes, write_openapi};
use crate::judges::{redocly, spectral, validator};

#[test]
fn openapi_spec_validator_finds_no_error() {
    passes(validator().args(write_openapi("validator")));
}

#[test]
fn redocly_finds_no_error() {
    passes(redocly().args(write_openapi("redocly")));
}

#[test]
fn spectral_finds_nothing() {
    passes(spectral().args(write_openapi("spectral")));
}

#[test]
fn the_types_of_openapi_typescript_compile_under_strict() {
    let documents = write_openapi("typescript");
    passes(node_script("openapi_types.js").args(documents));
}

#[test]
fn rules_are_keywords_where_there_are_some_and_words_where_not() {
    let document = document("bookings");
    let booking = &document["components"]["schemas"]["bookings.v1.Booking"];
    let property = |name: &str| booking["properties"][name].clone();
    assert_eq!(property("nights")["exclusiveMinimum"], 0);
    assert_eq!(property("nights")["maximum"], 30);
    assert_eq!(property("guestEmail")["format"], "email");
    assert_eq!(property("guests")["uniqueItems"], true);
    assert_eq!(property("guests")["items"]["maxLength"], 40);
    assert_eq!(property("wishes")["propertyNames"]["pattern"], "^[a-z]+$");
    assert_eq!(property("kind")["enum"], json!(["SINGLE", "DOUBLE", "SUITE"]));
    assert_eq!(property("code")["examples"], json!(["B-000042"]));
    let cents = "Constraints: at least `0`; less than `9000000000`.";
    assert_eq!(property("cents")["description"], cents);
    assert_eq!(booking["required"], json!(["guestEmail", "nights", "guests", "kind"]));
    let (_, book) = operation(&document, "Bookings_Book");
    let room = &book["parameters"][0]["schema"];
    assert_eq!((&room["minimum"], &room["exclusiveMaximum"]), (&json!(1), &json!(500)));
}

#[test]
fn examples_are_cut_to_where_they_stand_and_written_canonically() {
    let (_, book) = operation(&document("bookings"), "Bookings_Book");
    let body = &book["requestBody"]["content"]["application/json"]["examples"]["weekend"];
    assert_eq!(body["summary"], "Two nights for two");
    assert_eq!(body["value"]["guestEmail"], "ada@example.com");
    assert_eq!(book["parameters"][0]["examples"]["weekend"]["value"], 12);
    let reply = &book["responses"]["200"]["content"]["application/json"]["examples"]["weekend"];
    assert_eq!(reply["value"]["cents"], "19900");
}

#[test]
fn each_version_says_what_it_can() {
    let nights = |path: &str| {
        let document = version("bookings", path);
        let schemas = &document["components"]["schemas"];
        schemas["bookings.v1.Booking"]["properties"]["nights"].clone()
    };
    assert_eq!(nights("openapi-3.0.json")["exclusiveMinimum"], true);
    assert_eq!(nights("openapi-3.2.json")["exclusiveMinimum"], 0);
    let watch = |path: &str| {
        let (_, watch) = operation(&version("bookings", path), "Bookings_Watch");
        watch["responses"]["200"]["content"].clone()
    };
    let booking = json!({ "$ref": "#/components/schemas/bookings.v1.Booking" });
    assert_eq!(watch("openapi.json")["text/event-stream"]["schema"], booking);
    let newest = watch("openapi-3.2.json");
    assert_eq!(newest["application/x-ndjson"]["itemSchema"], booking);
    let data = &newest["text/event-stream"]["itemSchema"]["properties"]["data"];
    assert_eq!(data["contentSchema"], booking);
    for (path, number) in
        [("openapi-3.0.json", "3.0.3"), ("openapi.json", "3.1.1"), ("openapi-3.2.json", "3.2.0")]
    {
        assert_eq!(version("bookings", path)["openapi"], number);
    }
}

#[test]
fn failures_have_the_shape_that_the_service_chose() {
    let document = document("bookings");
    let (_, find) = operation(&document, "Bookings_Find");
    let failure = "#/components/responses/Problem";
    assert_eq!(find["responses"]["4XX"]["$ref"], failure);
    let problem = &document["components"]["responses"]["Problem"];
    let content = problem["content"].as_object().expect("a body");
    assert_eq!(content.keys().collect::<Vec<_>>(), ["application/problem+json"]);
    let schema = &content["application/problem+json"]["schema"]["$ref"];
    assert_eq!(schema, "#/components/schemas/agentgen.Problem");
    assert!(document["components"]["schemas"].get("agentgen.Problem").is_some());
}

/// The document of a contract in `tests/proto`, in the default version.
fn document(name: &str) -> Value {
    version(name, "openapi.json")
}

/// The document of this name.
fn version(name: &str, path: &str) -> Value {
    read(&files(&own(name), "openapi"), path)
}

/// One of these documents.
fn read(files: &[OutputFile], path: &str) -> Value {
    let file = files.iter().find(|file| file.path == path).expect("the version is made");
    serde_json::from_str(&file.contents).expect("it is JSON")
}

/// The document of `tests/proto/archive.proto`.
fn archive() -> Value {
    document("archive")
}

/// An operation by its id, with its path and method.
fn operation(document: &Value, id: &str) -> (String, Value) {
    let paths = document["paths"].as_object().expect("there are paths");
    let mut operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (format!("{method} {path}"), operation.clone()))
    });
    operations.find(|(_, operation)| operation["operationId"] == id).expect(id)
}

/// `in name` of every parameter.
fn parameters(operation: &Value) -> Vec<String> {
    let parameters = operation["parameters"].as_array().expect("there are parameters");
    let text = |value: &Value| value.as_str().expect("it is text").to_owned();
    parameters.iter().map(|p| format!("{} {}", text(&p["in"]), text(&p["name"]))).collect()
}

#[test]
fn a_variable_of_several_segments_is_written_out() {
    let (place, operation) = operation(&archive(), "Archive_GetDocument");
    assert_eq!(place, "get /v1/shelves/{shelvesId}/documents/{documentsId}");
    assert_eq!(parameters(&operation), ["path shelvesId", "path documentsId"]);
}

#[test]
fn bindings_of_one_path_share_an_entry_and_its_parameter_names() {
    let document = archive();
    let (get, _) = operation(&document, "Archive_GetDocument_2");
    let (put, operation) = operation(&document, "Archive_UpdateDocument_2");
    assert_eq!(
        (get.as_str(), put.as_str()),
        ("get /v1/documents/{name}", "put /v1/documents/{name}")
    );
    assert_eq!(parameters(&operation), ["path name"]);
}

#[test]
fn fields_of_neither_path_nor_body_are_query_parameters() {
    let (_, operation) = operation(&archive(), "Archive_ListDocuments");
    let query = [
        "path shelvesId",
        "query pageSize",
        "query pageToken",
        "query filter.labels",
        "query filter.kind",
        "query filter.since",
        "query filter.read",
        "query filter.properties",
        "query filter.digest",
        "query filter.leastWords",
        "query filter.kinds",
    ];
    assert_eq!(parameters(&operation), query);
}

#[test]
fn a_body_leaves_out_what_the_path_holds() {
    let document = archive();
    let (_, operation) = operation(&document, "Archive_UpdateDocument_2");
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    let inner = &body["properties"]["document"]["properties"];
    assert!(inner.get("title").is_some() && inner.get("name").is_none(), "{body}");
    assert!(body["properties"].get("updateMask").is_some());
}

#[test]
fn a_stream_is_offered_in_every_form_and_can_be_resumed() {
    let (_, operation) = operation(&archive(), "Archive_ReadAloud");
    let content = operation["responses"]["200"]["content"].as_object().expect("there is content");
    let forms: Vec<_> = content.keys().collect();
    let others = ["application/x-ndjson", "application/json-seq", "application/json"];
    assert_eq!(forms[0], "text/event-stream");
    assert_eq!(forms[1..], others);
    let parameters = operation["parameters"].as_array().expect("there are parameters");
    let resumed: Vec<_> = parameters.iter().filter(|it| is_last_event_id(it)).collect();
    // Generators make one name of two spellings: a parameter of the query beside the
    // header would be its second.
    assert_eq!(resumed.len(), 1, "{resumed:?}");
    assert_eq!(
        (&resumed[0]["in"], &resumed[0]["name"]),
        (&json!("header"), &json!("Last-Event-ID"))
    );
    let words = resumed[0]["description"].as_str().expect("it is described");
    assert!(words.contains("in the query, as `lastEventId`"), "{words}");
}

/// Whether a client's code has the parameter as `last_event_id`.
fn is_last_event_id(parameter: &Value) -> bool {
    let name = parameter["name"].as_str().unwrap_or_default();
    name.replace(['-', '_'], "").eq_ignore_ascii_case("lastEventId")
}

#[test]
fn scopes_deprecation_comments_and_failures_are_stated() {
    let document = archive();
    let (_, create) = operation(&document, "Archive_CreateDocument");
    assert_eq!(create["security"], json!([{ "bearer": ["archive.write"] }]));
    assert_eq!(create["summary"], "Makes a document");
    let (_, delete) = operation(&document, "Archive_DeleteDocument");
    assert_eq!(delete["deprecated"], true);
    for class in ["4XX", "5XX"] {
        assert_eq!(delete["responses"][class]["$ref"], "#/components/responses/Error");
    }
    assert_eq!(document["info"]["version"], "v1");
}

#[test]
fn a_contract_without_a_version_has_a_semantic_one() {
    let contract = own("agent_service");
    for (emitter, path) in [("openapi", "openapi.json"), ("asyncapi", "asyncapi.json")] {
        let document = read(&files(&contract, emitter), path);
        let expected = format!("0.0.0-g{}", &contract.digest[..12]);
        assert_eq!(document["info"]["version"], expected, "{path}");
    }
}

/// The documents of a contract in a text, in every version.
fn of_text(text: &str) -> Vec<OutputFile> {
    let sources = source::from_texts([("a.proto", text)]).expect("it compiles");
    let (contract, found) = contract::lower(&sources);
    assert!(found.iter().all(|own| own.severity == Severity::Note), "{found:?}");
    files(&contract, "openapi")
}

/// The names of the documents of every version.
const VERSIONS: [&str; 3] = ["openapi-3.0.json", "openapi.json", "openapi-3.2.json"];

#[test]
fn a_wrapper_that_is_a_parameter_is_never_null() {
    let documents = of_text(
        r#"syntax = "proto3";
        import "google/api/annotations.proto";
        import "google/protobuf/struct.proto";
        import "google/protobuf/wrappers.proto";
        service S {
          rpc Get(M) returns (M) { option (google.api.http).get = "/v1/{name}"; }
        }
        message M {
          google.protobuf.StringValue name = 1;
          google.protobuf.Int32Value size = 2;
          repeated google.protobuf.BoolValue flags = 3;
          map<string, google.protobuf.BytesValue> blobs = 4;
          google.protobuf.NullValue nothing = 5;
        }"#,
    );
    for path in VERSIONS {
        let document = read(&documents, path);
        let (_, get) = operation(&document, "S_Get");
        let schema = |index: usize| &get["parameters"][index]["schema"];
        let expected = json!({ "type": "string", "minLength": 1 });
        assert_eq!((parameters(&get)[0].as_str(), schema(0)), ("path name", &expected));
        assert_eq!(schema(1)["type"], "integer", "{path}");
        assert_eq!(schema(2)["items"], json!({ "type": "boolean" }), "{path}");
        assert_eq!(schema(3)["additionalProperties"]["type"], "string", "{path}");
        assert_eq!(schema(4), &json!({ "type": "string", "enum": ["NULL_VALUE"] }), "{path}");
        let written = get["parameters"].to_string();
        assert!(!written.contains("null"), "{path}: {written}");
    }
    // In a body it may be.
    let schemas = &read(&documents, "openapi.json")["components"]["schemas"];
    assert_eq!(schemas["M"]["properties"]["name"]["type"], json!(["string", "null"]));
}

#[test]
fn a_reply_field_that_is_the_body_is_described_alone() {
    let (place, operation) = operation(&archive(), "Archive_CountWords");
    assert_eq!(place, "get /v1/shelves/{shelvesId}:count");
    let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(schema["format"], "uint64");
}

/// Replies of which one field is the body: `whole`, a message, or another one.
const PARTS: &str = r#"syntax = "proto3";
import "google/api/annotations.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
service S {
  rpc Whole(M) returns (M) {
    option (google.api.http) = { get: "/v1/whole" response_body: "whole" };
  }
  rpc Stream(M) returns (stream M) {
    option (google.api.http) = { get: "/v1/stream" response_body: "whole" };
  }
  rpc Time(M) returns (M) {
    option (google.api.http) = { get: "/v1/time" response_body: "time" };
  }
  rpc Text(M) returns (M) {
    option (google.api.http) = { get: "/v1/text" response_body: "text" };
  }
  rpc Wrapped(M) returns (M) {
    option (google.api.http) = { get: "/v1/wrapped" response_body: "wrapped" };
  }
  rpc Any(M) returns (M) {
    option (google.api.http) = { get: "/v1/any" response_body: "any" };
  }
  rpc Many(M) returns (M) {
    option (google.api.http) = { get: "/v1/many" response_body: "many" };
  }
}
message M {
  N whole = 1;
  google.protobuf.Timestamp time = 2;
  string text = 3;
  google.protobuf.StringValue wrapped = 4;
  google.protobuf.Value any = 5;
  repeated N many = 6;
}
message N {}"#;

#[test]
fn a_message_that_is_the_body_of_a_reply_may_be_null() {
    let documents = of_text(PARTS);
    let reply = |path: &str, rpc: &str| {
        let (_, operation) = operation(&read(&documents, path), &format!("S_{rpc}"));
        operation["responses"]["200"]["content"].clone()
    };
    let schema = |path, rpc| reply(path, rpc)["application/json"]["schema"].clone();
    let whole = json!({ "$ref": "#/components/schemas/N" });
    let nullable = json!({ "anyOf": [whole, { "type": "null" }] });
    for path in ["openapi.json", "openapi-3.2.json"] {
        assert_eq!(schema(path, "Whole"), nullable, "{path}");
        assert_eq!(schema(path, "Stream")["items"], nullable, "{path}");
        assert_eq!(schema(path, "Time")["type"], json!(["string", "null"]), "{path}");
        assert_eq!(schema(path, "Wrapped")["type"], json!(["string", "null"]), "{path}");
        assert_eq!(schema(path, "Text"), json!({ "type": "string" }), "{path}");
        assert_eq!(schema(path, "Many")["items"], whole, "{path}");
        assert!(schema(path, "Any").get("anyOf").is_none(), "{path}");
    }
    let items = &reply("openapi-3.2.json", "Stream")["application/x-ndjson"]["itemSchema"];
    assert_eq!(*items, nullable);
    let old = "openapi-3.0.json";
    assert_eq!(
        schema(old, "Whole"),
        json!({ "type": "object", "nullable": true, "allOf": [whole] })
    );
    let time = json!({ "type": "string", "format": "date-time", "nullable": true });
    assert_eq!(schema(old, "Time"), time);
    assert!(schema(old, "Text").get("nullable").is_none());
}

#[test]
fn a_binding_of_one_method_goes_before_those_of_any_as_it_does_in_the_router() {
    let text = r#"syntax = "proto3";
        import "google/api/annotations.proto";
        service S {
          rpc Any(M) returns (M) {
            option (google.api.http) = { custom { kind: "*" path: "/v1/any" } };
          }
          rpc Get(M) returns (M) { option (google.api.http).get = "/v1/any"; }
        }
        message M {}"#;
    let document = read(&of_text(text), "openapi.json");
    let item = &document["paths"]["/v1/any"];
    assert_eq!(item["get"]["operationId"], "S_Get");
    for method in ["put", "post", "delete", "patch"] {
        assert_eq!(item[method]["operationId"], format!("S_Any_{method}"));
    }
    let hidden = json!([{ "operationId": "S_Any_get", "method": "*", "template": "/v1/any" }]);
    assert_eq!(item["x-shadowed"], hidden);
}

#[test]
fn a_default_stream_is_offered_to_event_sources_as_well() {
    let (place, operation) =
        operation(&document("summarizer"), "SummarizerAgent_SummarizeStream_events");
    assert_eq!(place, "get /summarizer.v1.SummarizerAgent/SummarizeStream");
    assert_eq!(
        parameters(&operation),
        ["query documentText", "query maxTokens", "header Last-Event-ID"]
    );
    let content = operation["responses"]["200"]["content"].as_object().expect("there is content");
    assert_eq!(content.keys().collect::<Vec<_>>(), ["text/event-stream"]);
}

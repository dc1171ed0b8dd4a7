//! AsyncAPI documents.

use std::collections::BTreeSet;

use agentgen::queue::names;
use agentgen_tests::environment::node_script;
use serde_json::{Value, json};

use crate::emitted::{PUBLIC, files, own, passes, write};

#[test]
fn the_reference_parser_finds_no_error_and_no_warning() {
    let documents = write("asyncapi", "asyncapi", &PUBLIC);
    passes(node_script("validate_asyncapi.js").args(documents));
}

/// The document of `tests/proto/archive.proto`.
fn archive() -> Value {
    bound("asyncapi.json")
}

/// Its document with this name.
fn bound(name: &str) -> Value {
    let files = files(&own("archive"), "asyncapi");
    let file = files.iter().find(|file| file.path == name).expect("there is such a document");
    serde_json::from_str(&file.contents).expect("it is JSON")
}

#[test]
fn a_document_of_a_broker_has_its_terms_alone() {
    let (create, dead) = ("Archive_CreateDocument", "Archive_CreateDocument.dead");
    for (broker, header) in
        [("amqp", "cloudEvents_"), ("kafka", "ce_"), ("nats", "ce-"), ("redis", "ce-")]
    {
        let document = bound(&format!("asyncapi-{broker}.json"));
        assert_eq!(document["servers"]["broker"]["protocol"], broker);
        for part in [&document["channels"][create], &document["operations"][create]] {
            let bindings: Vec<_> = part["bindings"].as_object().expect("bindings").keys().collect();
            assert_eq!(bindings, [broker]);
        }
        let reply = &document["operations"][create]["reply"]["address"]["location"];
        assert_eq!(reply, &format!("$message.header#/{header}replyto"));
        let headers = &document["components"]["schemas"]["agentgen.Headers"];
        assert!(headers["properties"].get(format!("{header}id")).is_some(), "{headers}");
        assert!(document.get("x-brokers").is_none());
    }
    assert_eq!(
        bound("asyncapi-kafka.json")["channels"][dead]["bindings"]["kafka"]["topic"],
        "agentgen.on.archive.create.dead"
    );
    let nats = &bound("asyncapi-nats.json")["channels"][create]["bindings"]["nats"];
    assert_eq!(nats["x-stream"], "agentgen-of-archive=2ecreate");
    let redis = &bound("asyncapi-redis.json")["channels"][create]["bindings"]["redis"];
    assert_eq!(redis["x-stream"], "agentgen:on:archive.create:any");
    let fields: Vec<_> = redis["x-fields"].as_object().expect("fields").keys().collect();
    assert_eq!(fields, ["h", "b"]);
}

#[test]
fn a_channel_is_found_by_what_its_broker_calls_it() {
    assert_eq!(archive()["channels"]["Archive_CreateDocument"]["address"], "archive.create");
    for (broker, create, dead) in [
        ("amqp", "archive.create", "archive.create.dead"),
        ("kafka", "agentgen.on.archive.create", "agentgen.on.archive.create.dead"),
        ("nats", "agentgen.on.archive.create.any", "agentgen.on.archive.create.dead.any"),
        ("redis", "agentgen:on:archive.create:any", "agentgen:on:archive.create.dead:any"),
    ] {
        let channels = &bound(&format!("asyncapi-{broker}.json"))["channels"];
        assert_eq!(channels["Archive_CreateDocument"]["address"], create);
        assert_eq!(channels["Archive_CreateDocument.dead"]["address"], dead);
        assert!(channels["Archive_CreateDocument.reply"]["address"].is_null());
        let subject = channels["Archive_CreateDocument"].get("x-subject");
        assert_eq!(subject.is_some(), broker != "amqp", "{broker}");
    }
    // A durable consumer is no queue group, which plain subscribers would share.
    let operation = &bound("asyncapi-nats.json")["operations"]["Archive_CreateDocument"];
    assert!(operation["bindings"]["nats"].get("queue").is_none());
}

#[test]
fn a_channel_states_how_its_requests_are_retried_and_ordered() {
    let channel = &archive()["channels"]["Archive_CreateDocument"];
    assert_eq!(channel["address"], "archive.create");
    assert_eq!(
        channel["x-retry"],
        json!({
            "maxAttempts": 3,
            "initialBackoff": "0.01s",
            "maxBackoff": "60s",
            "multiplier": 1.5
        })
    );
    assert_eq!(channel["x-dead-letter"], "archive.create.dead");
    assert_eq!(channel["x-ordering-key"], "document.title");
}

#[test]
fn an_operation_names_where_its_reply_goes() {
    let document = archive();
    let operation = &document["operations"]["Archive_CreateDocument"];
    assert_eq!(operation["action"], "receive");
    assert_eq!(operation["reply"]["address"]["location"], "$message.header#/ce-replyto");
    assert!(document["channels"]["Archive_CreateDocument.reply"]["address"].is_null());
}

#[test]
fn rpcs_without_a_subject_have_no_channel() {
    let channels = &archive()["channels"];
    for absent in ["Archive_DeleteDocument", "Archive_Upload", "Archive_Discuss"] {
        assert!(channels.get(absent).is_none(), "{absent}");
    }
}

/// The names of all headers below a part of the document.
fn headers(part: &Value, found: &mut BTreeSet<String>) {
    if let Some(properties) = part.get("properties").and_then(Value::as_object) {
        found.extend(properties.keys().cloned());
    }
    for alternative in part.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        headers(alternative, found);
    }
}

#[test]
fn the_headers_are_those_of_the_runtime() {
    let document = archive();
    let mut stated = BTreeSet::new();
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        if name.starts_with("agentgen.Headers") {
            headers(schema, &mut stated);
        }
    }
    let known = [
        names::CORRELATION_ID,
        names::DEADLINE,
        names::IDEMPOTENCY_KEY,
        names::TRACEPARENT,
        names::TRACESTATE,
        names::SPEC_VERSION,
        names::ID,
        names::SOURCE,
        names::TYPE,
        names::SUBJECT,
        names::TIME,
        names::DATA_SCHEMA,
        names::DATA_REF,
        names::CONTENT_TYPE,
        names::REPLY_TO,
        names::PARTITION_KEY,
        names::CAUSATION_ID,
        names::SEQUENCE,
        names::ATTEMPT,
        names::STREAM_END,
        names::CODE,
        names::DEAD_REASON,
        names::DEAD_CODE,
        names::DEAD_MESSAGE,
        names::DEAD_SUBJECT,
        names::DEAD_GROUP,
        names::DEAD_ATTEMPTS,
        names::DEAD_CRASHES,
        names::DEAD_HISTORY,
    ];
    assert_eq!(stated, known.map(str::to_owned).into());
}

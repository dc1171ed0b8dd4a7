//! What comparison reads of options is what the emitters read.

use super::*;
use crate::compat::schema::{self, EncodedFile, Schema};
use crate::contract::{self, ErrorShape, HttpBody, lower};
use crate::descriptor::Fields;
use crate::source::from_texts;

const CONTRACT: &str = r#"
syntax = "proto3";
package acme.v1;
import "agentgen/v1/options.proto";
import "google/api/annotations.proto";
message Task { string id = 1; string text = 2; oneof kind { string a = 3; string b = 4; } }
service Plain {
  rpc Get(Task) returns (Task);
  rpc Watch(Task) returns (stream Task);
  rpc Upload(stream Task) returns (Task);
}
service Stated {
  option (agentgen.v1.service) = {
    default_stream: NDJSON
    error_shape: PROBLEM_DETAILS
    auth { scopes: "read" }
    queue { subject: "work" group: "crew" ack_wait { seconds: 7 } max_deliveries: 3 dead_letter: "lost" }
  };
  rpc Get(Task) returns (Task) {
    option (agentgen.v1.method).queue.subject = "own";
    option (agentgen.v1.method).queue.ordering_key = "id";
    option (agentgen.v1.method).queue.idempotency_key = "text";
    option (agentgen.v1.method).auth = { scopes: "read" scopes: "write" };
    option (agentgen.v1.method).timeout = { seconds: 1 nanos: 500000000 };
    option (agentgen.v1.method).retry = { max_backoff { nanos: 1000000 } multiplier: 3 };
    option (google.api.http) = {
      patch: "/v1/{id}" body: "text" response_body: "id"
      additional_bindings { custom { kind: "purge" path: "/v1/**" } body: "*" }
      additional_bindings { get: "/v1/x:peek" }
    };
  }
  rpc Watch(Task) returns (stream Task) {
    option (agentgen.v1.method).sse = {
      event_id: "id" event_oneof: "kind" heartbeat { seconds: 2 } replay_window: 9 retry { seconds: 4 }
    };
  }
  rpc Quiet(Task) returns (Task) { option (agentgen.v1.method).queue.disabled = true; }
}
"#;

/// Hands every service to the test, as lowering sees it and as comparison does.
fn each_service(check: impl Fn(&contract::Service, &schema::Service<'_>)) {
    let sources = from_texts([("contract.proto", CONTRACT)]).expect("the contract compiles");
    let (contract, _) = lower(&sources);
    let set = sources.encode();
    let files = Fields::new(&set).flatten().filter_map(|(_, value)| value.bytes().ok());
    let files: Vec<_> = files.map(|bytes| EncodedFile { bytes, is_import: false }).collect();
    let schema = Schema::read(&files).expect("descriptors are well formed");
    assert_eq!(schema.services.len(), 2);
    for service in &schema.services {
        let lowered = contract.services().find(|s| *s.full_name == *service.full_name);
        check(lowered.expect("lowered"), service);
    }
}

/// Hands every rpc to the test, as lowering sees it and as comparison does.
fn each(check: impl Fn(&contract::Method, &schema::Service<'_>, &schema::Method<'_>)) {
    each_service(|own, service| {
        assert_eq!((own.methods.len(), service.methods.len()), (3, 3));
        for (own, method) in own.methods.iter().zip(&service.methods) {
            check(own, service, method);
        }
    });
}

#[test]
fn error_shapes_are_those_of_lowering() {
    each_service(|own, service| {
        let stated = service.name == "Stated";
        let expected = if stated { ErrorShape::ProblemDetails } else { ErrorShape::Aip193 };
        assert_eq!((error_shape(service), own.error_shape), (expected, expected));
    });
}

#[test]
fn queue_settings_are_those_of_lowering() {
    each(|own, service, method| {
        let read = queue(service, method);
        assert_eq!(read.is_some(), own.queue.is_some(), "{}", own.full_name);
        let (Some(read), Some(own)) = (read, &own.queue) else { return };
        assert_eq!(read.subject, own.subject);
        assert_eq!(read.group, own.group);
        assert_eq!(read.dead_letter, own.dead_letter);
        assert_eq!(read.max_deliveries, own.max_deliveries);
        assert_eq!(read.ack_wait, own.ack_wait);
        assert_eq!(read.ordering_key.is_some(), own.ordering_key.is_some());
        assert_eq!(read.idempotency_key.is_some(), own.idempotency_key.is_some());
        let expected = (own.initial_backoff, own.max_backoff, own.multiplier);
        let read = backoff(method);
        assert_eq!((read.initial, read.max, read.multiplier), expected);
    });
}

#[test]
fn streams_limits_and_scopes_are_those_of_lowering() {
    each(|own, service, method| {
        assert_eq!(timeout(method), own.timeout);
        assert_eq!(scopes(service, method), own.scopes);
        let read = stream(service, method);
        assert_eq!(read.is_some(), own.sse.is_some(), "{}", own.full_name);
        let (Some(read), Some(own)) = (read, &own.sse) else { return };
        assert_eq!(read.default_form, own.default_form);
        assert_eq!(read.event_id.is_some(), own.event_id.is_some());
        assert_eq!(read.event_oneof.is_some(), !own.event.is_empty());
        assert_eq!(read.heartbeat, own.heartbeat);
        assert_eq!(read.replay_window, own.replay_window);
        assert_eq!(read.retry, own.retry);
    });
}

#[test]
fn http_rules_are_those_of_lowering() {
    each(|own, _, method| {
        let stated: Vec<_> = own.http.iter().filter(|binding| binding.explicit).collect();
        let read = http_rules(method.options);
        assert_eq!(read.len(), stated.len(), "{}", own.full_name);
        for (read, own) in read.iter().zip(stated) {
            assert_eq!(read.verb.to_ascii_uppercase(), own.verb);
            assert_eq!(read.path, own.template.text);
            let whole = own.body == HttpBody::All;
            assert_eq!(
                (read.body == "*", read.body.is_empty()),
                (whole, own.body == HttpBody::None)
            );
            assert_eq!(read.response_body.is_empty(), own.response_body.is_none());
        }
    });
}

/// Every reader of options at once.
fn read_everything(options: &[u8]) {
    let declared = (0..3).collect();
    let rules = field_rules(options, &declared);
    let _ = rules.accepted.is_within(&message_rules(options).accepted);
    let _ = (behavior(options), operation_info(options), idempotency(options));
    let _ = (is_required(Element::Field, options), is_required(Element::Oneof, options));
    let _ = (bindings("S", "M", options), deprecated(Element::Message, options));
}

#[test]
fn damaged_options_are_read_without_panic() {
    let mut random = fastrand::Rng::with_seed(7);
    let sources = from_texts([("contract.proto", CONTRACT)]).expect("the contract compiles");
    let set = sources.encode();
    for _ in 0..2000 {
        let start = random.usize(..set.len());
        let mut bytes = set[start..].iter().copied().take(200).collect::<Vec<_>>();
        for _ in 0..random.usize(..8) {
            let at = random.usize(..bytes.len());
            bytes[at] = random.u8(..);
        }
        // The number of each option in front, with the rest as its value.
        for number in [AGENTGEN, HTTP, FIELD_BEHAVIOR, OPERATION_INFO, VALIDATE] {
            let mut options = Vec::new();
            prost::encoding::bytes::encode(number, &bytes, &mut options);
            read_everything(&options);
        }
        read_everything(&bytes);
    }
}

#[test]
fn rules_that_nest_without_end_are_read_without_overflow() {
    let mut rules = Vec::new();
    for _ in 0..20_000 {
        let mut repeated = Vec::new();
        prost::encoding::bytes::encode(4, &rules, &mut repeated);
        rules.clear();
        prost::encoding::bytes::encode(18, &repeated, &mut rules);
    }
    let mut options = Vec::new();
    prost::encoding::bytes::encode(VALIDATE, &rules, &mut options);
    read_everything(&options);
}

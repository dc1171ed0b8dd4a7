//! What a contract holds after lowering.

use std::time::Duration;

use agentgen_codegen::contract::{
    self, Cardinality, Contract, FieldBehavior, HttpBody, Idempotency, Kind, Method, Shape,
    StreamForm, TypeRef,
};
use agentgen_codegen::{Diagnostic, source};

fn lower(text: &str) -> (Contract, Vec<Diagnostic>) {
    let sources = source::from_texts([("a.proto", text)]).expect("it compiles");
    contract::lower(&sources)
}

fn options() -> Contract {
    let (contract, diagnostics) = lower(include_str!("protos/options.proto"));
    assert_eq!(diagnostics, []);
    contract
}

fn method<'a>(contract: &'a Contract, name: &str) -> &'a Method {
    let mut methods = contract.services().flat_map(|service| &service.methods);
    methods.find(|method| method.name == name).expect("an rpc of this name")
}

#[test]
fn a_contract_without_options_has_every_transport() {
    let (contract, diagnostics) = lower(
        r#"syntax = "proto3";
        package summarizer.v1;
        // Summarizes.
        //
        //  - indented
        service SummarizerAgent {
          rpc Summarize(Request) returns (Response);
          rpc SummarizeStream(Request) returns (stream Response);
        }
        message Request { string document_text = 1; }
        message Response { string summary = 1; }
        "#,
    );
    assert_eq!(diagnostics, []);
    let service = contract.services().next().expect("a service");
    assert_eq!(service.docs, "Summarizes.\n\n - indented");
    assert_eq!(service.rust.agent, "SummarizerAgent");
    assert_eq!(service.rust.module, "summarizer_agent");
    assert_eq!(service.rust.server, "SummarizerAgentServer");
    let unary = &service.methods[0];
    assert_eq!(unary.rust, "summarize");
    assert_eq!(unary.grpc_path, "/summarizer.v1.SummarizerAgent/Summarize");
    assert_eq!(unary.http[0].verb, "POST");
    assert_eq!(unary.http[0].template.text, unary.grpc_path);
    assert_eq!(unary.http[0].body, HttpBody::All);
    assert_eq!(unary.http[0].operation_id, "SummarizerAgent_Summarize");
    assert!(!unary.http[0].explicit);
    assert!(unary.sse.is_none());
    let queue = unary.queue.as_ref().expect("a subject");
    assert_eq!(queue.subject, "summarizer.v1.SummarizerAgent.Summarize");
    assert_eq!(queue.group, "summarizer.v1.SummarizerAgent");
    assert_eq!(queue.dead_letter, "summarizer.v1.SummarizerAgent.Summarize.dead");
    assert_eq!((queue.max_deliveries, queue.concurrency), (5, 16));
    assert_eq!(queue.ack_wait, Duration::from_secs(30));
    let stream = service.methods[1].sse.as_ref().expect("a stream");
    assert_eq!(stream.default_form, StreamForm::Sse);
    assert_eq!(stream.heartbeat, Duration::from_secs(15));
    assert_eq!(contract.packages[0].modules, ["summarizer", "v1"]);
    assert_eq!((unary.location.line, unary.location.column), (7, 15));
}

#[test]
fn a_service_says_what_holds_for_its_rpcs() {
    let contract = options();
    assert!(contract.services().all(|service| service.deprecated));
    let shared = method(&contract, "Shared");
    assert_eq!(shared.docs, "Uses what the service says.");
    assert_eq!(shared.scopes, ["read", "write"]);
    let queue = shared.queue.as_ref().expect("a subject");
    assert_eq!(queue.subject, "work.Shared");
    assert_eq!(queue.dead_letter, "dead.Shared");
    assert_eq!(queue.group, "workers");
    assert_eq!(queue.max_deliveries, 3);
    assert_eq!(queue.ack_wait, Duration::from_secs(60));
}

#[test]
fn an_rpc_overrides_its_service() {
    let contract = options();
    let own = method(&contract, "Own");
    assert!(own.deprecated);
    assert_eq!(own.idempotency, Idempotency::NoSideEffects);
    assert_eq!(own.timeout, Some(Duration::from_millis(2500)));
    assert_eq!(own.scopes, ["read", "write", "admin"]);
    let queue = own.queue.as_ref().expect("a subject");
    assert_eq!((queue.subject.as_str(), queue.dead_letter.as_str()), ("own.subject", "own.dead"));
    assert_eq!((queue.group.as_str(), queue.max_deliveries, queue.concurrency), ("own", 9, 2));
    assert_eq!(queue.ack_wait, Duration::from_secs(5));
    assert_eq!(queue.initial_backoff, Duration::from_micros(1));
    assert_eq!(queue.max_backoff, Duration::from_secs(9));
    assert!((queue.multiplier - 1.5).abs() < f64::EPSILON);
    let key = queue.ordering_key.as_ref().expect("an ordering key");
    let key: Vec<&str> = key.iter().map(|field| contract.field(*field).name.as_str()).collect();
    assert_eq!(key, ["sub", "key"]);
}

#[test]
fn every_binding_of_a_rule_is_kept_in_order() {
    let contract = options();
    let bindings = &method(&contract, "Own").http;
    let shown: Vec<_> =
        bindings.iter().map(|b| (b.operation_id.as_str(), b.verb.as_str())).collect();
    let expected = [
        ("Everything_Own", "POST"),
        ("Everything_Own_2", "REPORT"),
        ("Everything_Own_3", "DELETE"),
    ];
    assert_eq!(shown, expected);
    let first = &bindings[0];
    assert_eq!(first.template.verb.as_deref(), Some("run"));
    assert_eq!(first.variables.len(), 2);
    let HttpBody::Field(body) = first.body else {
        panic!("the body is a field");
    };
    assert_eq!(contract.field(body).name, "sub");
    let reply = first.response_body.expect("a response body");
    assert_eq!(contract.field(reply).name, "text");
    assert_eq!(bindings[1].body, HttpBody::All);
    assert_eq!(bindings[2].body, HttpBody::None);
    assert!(bindings.iter().all(|binding| binding.explicit));
}

#[test]
fn a_stream_has_the_settings_of_its_rpc_and_the_form_of_its_service() {
    let contract = options();
    let watch = method(&contract, "Watch");
    assert!(watch.queue.is_none());
    let sse = watch.sse.as_ref().expect("a stream");
    assert_eq!(sse.default_form, StreamForm::Ndjson);
    assert_eq!(contract.field(sse.event_id.expect("an event id")).name, "number");
    let events: Vec<_> = sse.event.iter().map(|own| &*contract.field(*own).json).collect();
    assert_eq!(events, ["token", "toolCall"]);
    assert_eq!((sse.heartbeat, sse.retry), (Duration::from_secs(3), Some(Duration::from_secs(1))));
    assert_eq!(sse.replay_window, 100);
}

#[test]
fn an_rpc_that_takes_a_stream_has_no_subject() {
    let contract = options();
    let talk = method(&contract, "Talk");
    assert_eq!(talk.shape, Shape::Bidi);
    assert!(talk.queue.is_none() && talk.sse.is_some());
    let nothing = method(&contract, "Nothing");
    assert_eq!(nothing.input, TypeRef::WellKnown("google.protobuf.Empty".to_owned()));
}

#[test]
fn fields_know_their_presence_behavior_and_names() {
    let contract = options();
    let request = contract.messages.iter().find(|m| m.name == "Request").expect("the request");
    let [id, sub, count] = request.fields.as_slice() else {
        panic!("three fields");
    };
    assert_eq!(id.cardinality, Cardinality::Implicit);
    assert_eq!(id.behavior, [FieldBehavior::Required, FieldBehavior::Immutable]);
    assert_eq!(sub.cardinality, Cardinality::Optional);
    assert_eq!(sub.behavior, [FieldBehavior::InputOnly]);
    assert_eq!(
        (count.cardinality.clone(), count.json.as_str()),
        (Cardinality::Optional, "howMany")
    );
    assert!(count.deprecated && request.oneofs.is_empty());
    let reply = contract.messages.iter().find(|m| m.name == "Reply").expect("the reply");
    assert_eq!(reply.fields[0].docs, "Behind the field.");
}

#[test]
fn proto2_keeps_required_fields_groups_and_closed_enums() {
    let (contract, diagnostics) = lower(include_str!("protos/groups.proto"));
    assert_eq!(diagnostics, []);
    let old = contract.messages.iter().find(|m| m.name == "Old").expect("the message");
    assert_eq!(old.fields[0].cardinality, Cardinality::Required);
    assert_eq!(old.fields[1].cardinality, Cardinality::Optional);
    assert!(matches!(old.fields[2].kind, Kind::Group(_)));
    assert_eq!(old.fields[2].cardinality, Cardinality::Repeated);
    assert!(contract.enums[0].closed);
}

#[test]
fn what_a_service_generates_gives_way_to_messages() {
    let (contract, _) = lower(include_str!("protos/names.proto"));
    let taken = contract.services().find(|service| service.name == "Taken").expect("the service");
    assert_eq!(taken.rust.agent, "Taken");
    assert_eq!(taken.rust.server, "TakenServer_");
    assert_eq!(taken.rust.glue, "TakenService_");
    assert_eq!(taken.rust.client, "TakenClient_");
    let gateway = contract.services().next().expect("a service");
    let rust: Vec<&str> = gateway.methods.iter().map(|method| method.rust.as_str()).collect();
    assert_eq!(rust, ["self_", "r#type", "get_xml_http", "move_it"]);
    assert_eq!(gateway.rust.module, "http_gateway");
    assert_eq!(contract.packages[0].modules, ["names", "r#type", "v1"]);
}

#[test]
fn only_files_whose_types_are_named_are_emitted() {
    let files = [
        ("in.proto", "syntax = \"proto3\"; package in; import \"types.proto\"; import \"google/api/annotations.proto\";
            import \"google/api/httpbody.proto\"; import \"unused.proto\";
            service S { rpc A(types.M) returns (google.api.HttpBody) { option (google.api.http).get = \"/a\"; } }"),
        ("types.proto", "syntax = \"proto3\"; package types; import \"deep.proto\"; message M { deep.E e = 1; } service Not { rpc A(M) returns (M); }"),
        ("deep.proto", "syntax = \"proto3\"; package deep; enum E { E_UNSPECIFIED = 0; }"),
        ("unused.proto", "syntax = \"proto3\"; package unused; message U {}"),
    ];
    let includes = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(includes.path().join(name), text).expect("files are written");
    }
    let sources = source::load(&[includes.path().join("in.proto")], &[]).expect("it compiles");
    let (contract, diagnostics) = contract::lower(&sources);
    assert_eq!(diagnostics, []);
    let packages: Vec<&str> =
        contract.packages.iter().map(|package| package.name.as_str()).collect();
    assert_eq!(packages, ["deep", "google.api", "in", "types"]);
    assert_eq!(contract.packages[1].files, ["google/api/httpbody.proto"]);
    assert_eq!(contract.services().count(), 1);
}

#[test]
fn ids_and_statics_are_unique() {
    let a = "syntax = \"proto3\"; package a; message M { message N {} } message M_N {} service S { rpc R(M) returns (M); }";
    let b = "syntax = \"proto3\"; package b; message M {} service S { rpc R(M) returns (M); }";
    let sources = source::from_texts([("a.proto", a), ("b.proto", b)]).expect("it compiles");
    let (contract, _) = contract::lower(&sources);
    let ids: Vec<&str> =
        contract.services().map(|s| s.methods[0].http[0].operation_id.as_str()).collect();
    assert_eq!(ids, ["a_S_R", "b_S_R"]);
    let statics: Vec<&str> = contract.messages.iter().map(|m| m.rust_static.as_str()).collect();
    assert_eq!(statics, ["M", "M_N", "M_N_2", "M"]);
}

#[test]
fn lowering_twice_gives_the_same() {
    let (one, two) = (options(), options());
    assert_eq!(format!("{one:?}"), format!("{two:?}"));
    assert_eq!(one.digest.len(), 64);
}

//! The sidecar: options of a `google.api.Service` YAML over a contract that
//! has none.

use agentgen_codegen::contract::{Contract, HttpBody};
use agentgen_codegen::diagnostic::render;
use agentgen_codegen::source::{ServiceConfig, SourceFile};
use agentgen_codegen::{contract, source};

/// A third party's contract, which imports no option.
const PLAIN: &str = r#"syntax = "proto3";
package notes.v1;

// Keeps notes.
service Notes {
  rpc GetNote(GetNoteRequest) returns (Note);
  rpc UpdateNote(UpdateNoteRequest) returns (Note);
  rpc Follow(GetNoteRequest) returns (stream Note);
}

message GetNoteRequest { string name = 1; }
message UpdateNoteRequest { Note note = 1; }
message Note { string name = 1; string text = 2; }
"#;

const CONFIG: &str = r#"type: google.api.Service
config_version: 3
name: notes.example.com
title: Notes
apis:
- name: notes.v1.Notes
- name: google.longrunning.Operations
documentation:
  rules: [{ selector: '*', description: Anything. }]
http:
  fully_decode_reserved_expansion: true
  rules:
  - selector: notes.v1.Notes.GetNote
    get: /v0/replaced
  - selector: notes.v1.Notes.GetNote
    get: /v1/{name=notes/*}
    additional_bindings:
    - custom: { kind: REPORT, path: "/v1/{name=drafts/**}" }
      response_body: text
  - selector: notes.v1.Notes.UpdateNote
    patch: /v1/{note.name=notes/*}
    body: note
  - selector: google.longrunning.Operations.GetOperation
    get: /v1/{name=operations/*}
agentgen:
  rules:
  - selector: notes.v1.*
    service: { default_stream: ndjson, auth: { scopes: [notes.read] } }
    method: { timeout: 30s }
  - selector: notes.v1.Notes.UpdateNote
    method:
      timeout: 5s
      auth: { scopes: [notes.write] }
      queue: { subject: work.notes, max_deliveries: 3 }
"#;

/// The same, annotated.
const ANNOTATED: &str = r#"syntax = "proto3";
package notes.v1;

import "agentgen/v1/options.proto";
import "google/api/annotations.proto";

// Keeps notes.
service Notes {
  option (agentgen.v1.service) = { default_stream: NDJSON auth { scopes: "notes.read" } };
  rpc GetNote(GetNoteRequest) returns (Note) {
    option (google.api.http) = {
      get: "/v1/{name=notes/*}"
      additional_bindings {
        custom { kind: "REPORT" path: "/v1/{name=drafts/**}" }
        response_body: "text"
      }
    };
    option (agentgen.v1.method) = {
      timeout { seconds: 30 }
      http { fully_decode_reserved_expansion: true }
    };
  }
  rpc UpdateNote(UpdateNoteRequest) returns (Note) {
    option (google.api.http) = { patch: "/v1/{note.name=notes/*}" body: "note" };
    option (agentgen.v1.method) = {
      timeout { seconds: 5 }
      auth { scopes: "notes.write" }
      queue { subject: "work.notes" max_deliveries: 3 }
      http { fully_decode_reserved_expansion: true }
    };
  }
  rpc Follow(GetNoteRequest) returns (stream Note) {
    option (agentgen.v1.method) = {
      timeout { seconds: 30 }
      http { fully_decode_reserved_expansion: true }
    };
  }
}

message GetNoteRequest { string name = 1; }
message UpdateNoteRequest { Note note = 1; }
message Note { string name = 1; string text = 2; }
"#;

fn config(text: &str) -> ServiceConfig {
    ServiceConfig::parse("notes.yaml", SourceFile::new(text, None))
}

/// What is served, without places.
fn served(contract: &Contract) -> Vec<String> {
    let services = contract.services().flat_map(|service| &service.methods);
    let lines = services.map(|method| {
        let routes = method.http.iter().map(|binding| {
            let body = match binding.body {
                HttpBody::None => String::new(),
                HttpBody::All => " *".to_owned(),
                HttpBody::Field(field) => format!(" {}", contract.field(field).name),
            };
            let reply = binding.response_body.map(|field| contract.field(field).name.clone());
            let template = &binding.template.text;
            format!("{} {template}{body} {reply:?} {}", binding.verb, binding.fully_decoded)
        });
        let queue = method.queue.as_ref().map(|queue| (&queue.subject, queue.max_deliveries));
        let form = method.sse.as_ref().map(|sse| sse.default_form);
        let (timeout, scopes) = (method.timeout, &method.scopes);
        let routes: Vec<_> = routes.collect();
        format!("{} {routes:#?} {timeout:?} {scopes:?} {queue:?} {form:?}", method.name)
    });
    lines.collect()
}

#[test]
fn a_contract_with_a_service_config_is_the_annotated_one() {
    let plain = source::from_texts_with_config([("notes.proto", PLAIN)], &config(CONFIG));
    let plain = plain.unwrap_or_else(|error| panic!("{error}"));
    let annotated = source::from_texts([("notes.proto", ANNOTATED)]).expect("it compiles");
    let (own, found) = contract::lower(&plain);
    let (expected, _) = contract::lower(&annotated);
    assert_eq!(served(&own), served(&expected));
    assert!(!found.iter().any(agentgen_codegen::Diagnostic::is_error), "{found:?}");
    assert_eq!(own.services().next().expect("one").docs, "Keeps notes.", "comments stay");
    let notes: Vec<_> = plain.notes().iter().map(ToString::to_string).collect();
    let elsewhere =
        "`google.longrunning.Operations` is not among the inputs: the rule sets nothing";
    assert_eq!(notes, [format!("notes.yaml:23:15: {elsewhere}")]);
}

#[test]
fn options_of_the_config_win_over_annotations_setting_by_setting() {
    let config = config(
        "http:\n  rules:\n  - { selector: notes.v1.Notes.GetNote, get: /v2/x }\n\
         agentgen:\n  rules:\n  - selector: notes.v1.Notes.UpdateNote\n    \
         method: { queue: { max_deliveries: 9 }, auth: { scopes: [other] } }\n",
    );
    let sources = source::from_texts_with_config([("notes.proto", ANNOTATED)], &config);
    let (contract, _) = contract::lower(&sources.unwrap_or_else(|error| panic!("{error}")));
    let methods = &contract.services().next().expect("one").methods;
    let routes: Vec<_> = methods[0].http.iter().map(|one| one.template.text.as_str()).collect();
    assert_eq!(routes, ["/v2/x"], "routes are replaced as a whole");
    let queue = methods[1].queue.as_ref().expect("it has a subject");
    assert_eq!((queue.subject.as_str(), queue.max_deliveries), ("work.notes", 9));
    assert_eq!(methods[1].scopes, ["notes.read", "other"]);
}

/// Everything found in the plain contract with this config, rendered.
fn found(text: &str) -> String {
    match source::from_texts_with_config([("notes.proto", PLAIN)], &config(text)) {
        Ok(sources) => {
            let (_, mut diagnostics) = contract::lower(&sources);
            diagnostics.splice(..0, sources.notes().iter().cloned());
            render(&diagnostics, &|file| sources.texts().get(file), false)
        }
        Err(error) => render(&error.diagnostics, &|file| error.texts.get(file), false),
    }
}

macro_rules! snapshots {
    ($($name:ident => $config:literal;)*) => {
        $(#[test] fn $name() { insta::assert_snapshot!(found($config)); })*
    };
}

snapshots! {
    yaml_that_does_not_parse => "http:\n  rules: [\n";
    several_documents_and_aliases => "http: &a {}\n---\nagentgen: {}\n";
    unknown_keys_name_the_nearest => "htpp: {}\nhttp:\n  rulez: []\n  rules:\n  - selector: notes.v1.Notes.GetNote\n    gett: /v1/x\nagentgen:\n  services: []\n  rules:\n  - selector: notes.v1.Notes\n    service: { queu: {} }\n    message: {}\n";
    values_of_another_type => "type: google.api.Other\nhttp:\n  fully_decode_reserved_expansion: perhaps\n  rules:\n  - selector: notes.v1.Notes.GetNote\n    get: [a]\n    body: 7\n  - selector: notes.v1.Notes.UpdateNote\n    additional_bindings: { get: /x }\n  - text\nagentgen:\n  rules:\n  - selector: notes.v1.Notes.Follow\n    method: { timeout: soon, queue: { max_deliveries: -1 }, http: { conflict: never } }\n";
    selectors_that_select_nothing => "apis: [{ name: notes.v1.Notes }]\nhttp:\n  rules:\n  - { selector: notes.v1.Notes.GetNotes, get: /x }\n  - { selector: notes.v1.Notes, get: /x }\n  - { get: /x }\n  - { selector: 'notes..v1', get: /x }\n  - { selector: 'notes.v1.*', get: /x }\nagentgen:\n  rules:\n  - { selector: 'other.*', method: {} }\n  - { selector: 'notes.*.Notes', method: {} }\n  - { selector: notes.v1.Notes.GetNote, service: {} }\n";
    one_key_by_two_of_its_names => "http:\n  fully_decode_reserved_expansion: true\n  fullyDecodeReservedExpansion: false\n  rules:\n  - selector: notes.v1.Notes.GetNote\n    get: /x\n    additional_bindings: [{ get: /y }]\n    additionalBindings: [{ get: /z }]\n";
    two_verbs_in_one_rule => "http:\n  rules:\n  - { selector: notes.v1.Notes.GetNote, get: /x, post: /x }\n";
    mistakes_in_rules_are_told_in_the_config => "http:\n  rules:\n  - selector: notes.v1.Notes.GetNote\n    get: /v1/{nam=notes/*}\n  - selector: notes.v1.Notes.UpdateNote\n    post: /v1/{note\n    body: '*'\n  - selector: notes.v1.Notes.Follow\n    post: \"/v1/x\"\n    body: txt\n";
    a_conflict_is_settled_in_the_config => "http:\n  rules:\n  - { selector: notes.v1.Notes.GetNote, get: '/v1/{name=**}' }\n  - { selector: notes.v1.Notes.Follow, get: '/v1/{name=**}' }\nagentgen:\n  rules:\n  - { selector: notes.v1.Notes.Follow, method: { http: { conflict: first_wins } } }\n";
}

//! Which rpcs are tools, and under which names.

use super::{contract, definitions, warnings};

const MESSAGES: &str = "import \"agentgen/v1/options.proto\";\n\
     import \"google/protobuf/timestamp.proto\";\n\
     message M { string id = 1; }\n";

fn codes(body: &str, test: &str) -> Vec<&'static str> {
    let loaded = contract(test, &format!("{MESSAGES}{body}"));
    loaded.diagnostics.iter().filter(|found| found.is_error()).map(|found| found.code).collect()
}

#[test]
fn unary_rpcs_that_are_not_hidden_are_tools() {
    let loaded = contract(
        "unary",
        &format!(
            "{MESSAGES}service Agent {{
               // Does it.
               rpc Plain(M) returns (M);
               rpc Named(M) returns (M) {{
                 option (agentgen.v1.method).tool = {{ name: \"do-it\" description: \"Really.\" }};
               }}
               rpc Hidden(M) returns (M) {{ option (agentgen.v1.method).tool.hidden = true; }}
               rpc Streams(M) returns (stream M);
             }}"
        ),
    );
    let mcp = definitions(&loaded, "mcp");
    let told: Vec<_> = mcp
        .iter()
        .map(|tool| (tool["name"].as_str().unwrap_or(""), tool["description"].as_str()))
        .collect();
    assert_eq!(told, [("Agent_Plain", Some("Does it.")), ("do-it", Some("Really."))]);
    assert_eq!(warnings(&loaded), [""; 0]);
}

#[test]
fn a_name_that_some_provider_refuses_is_an_error() {
    let body = "service Agent { rpc Run(M) returns (M) {
        option (agentgen.v1.method).tool.name = \"run it\"; } }";
    assert_eq!(codes(body, "refused"), ["tool-name"]);
}

#[test]
fn two_tools_of_one_name_are_an_error() {
    let body = "service Agent { rpc A(M) returns (M) {
        option (agentgen.v1.method).tool.name = \"Agent_B\"; } rpc B(M) returns (M); }";
    assert_eq!(codes(body, "duplicate"), ["tool-duplicate"]);
}

#[test]
fn a_stream_cannot_be_a_tool() {
    let body = "service Agent { rpc A(M) returns (stream M) {
        option (agentgen.v1.method).tool.name = \"a\"; } }";
    assert_eq!(codes(body, "stream"), ["option-shape"]);
}

#[test]
fn a_request_that_is_no_object_is_no_tool_and_told() {
    let body = format!(
        "{MESSAGES}service Agent {{ rpc At(google.protobuf.Timestamp) returns (M);
         rpc Run(M) returns (M); }}"
    );
    let loaded = contract("text", &body);
    assert_eq!(definitions(&loaded, "openai").len(), 1);
    assert_eq!(
        warnings(&loaded),
        ["tool-shape: `acme.v1.Agent.At` is no tool: its request is no JSON object"]
    );
}

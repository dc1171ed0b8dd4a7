//! Python: grpcio, which learns the contract by reflection, and requests with
//! sseclient on streams.

use agentgen_tests::environment::python_script;
use agentgen_tests::serving::Serving;
use serde_json::{Value, json};

use crate::{archive, contracts};

/// What a script writes about the server.
async fn run(script: &str, serving: &Serving) -> String {
    let mut script = tokio::process::Command::from(python_script(script));
    let output = script.arg(serving.address()).output().await.expect("Python starts");
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
    stdout
}

#[tokio::test]
async fn grpcio_calls_every_shape_by_reflection() {
    let serving = archive::serve().await;
    run("call_archive.py", &serving).await;
    serving.stop().await;
}

#[tokio::test]
async fn requests_and_sseclient_read_every_form_of_a_stream() {
    let serving = archive::serve().await;
    run("read_streams.py", &serving).await;
    serving.stop().await;
}

#[tokio::test]
async fn reflection_describes_the_services_of_every_contract_of_a_server() {
    let serving = contracts::serve_several().await;
    let services: Value =
        serde_json::from_str(&run("list_services.py", &serving).await).expect("it is JSON");
    let expected = json!({
        "agent.ConversationService": ["agent.MessageRequest", "agent.MessageRequest"],
        "agent.ToolExecutionService": ["agent.ToolRequest", "agent.Empty"],
        "agent.v1.TaskOrchestrator": ["agent.v1.TaskRequest", "agent.v1.TaskRequest"],
        "grpc.health.v1.Health": ["grpc.health.v1.HealthCheckRequest", "grpc.health.v1.HealthCheckRequest"],
        "grpc.reflection.v1.ServerReflection": ["grpc.reflection.v1.ServerReflectionRequest"],
        "grpc.reflection.v1alpha.ServerReflection":
            ["grpc.reflection.v1alpha.ServerReflectionRequest"],
        "summarizer.v1.SummarizerAgent":
            ["summarizer.v1.SummarizeRequest", "summarizer.v1.SummarizeRequest"],
    });
    assert_eq!(services, expected);
    serving.stop().await;
}

//! A process that is told to stop finishes what it has begun, on every
//! transport, and ends well.

use std::process::Stdio;

use agentgen::client::Channel;
use agentgen::{Broker, Context};
use agentgen_tests::golden::summarizer::summarizer::v1::{
    SummarizeRequest, SummarizerAgent as _, SummarizerAgentClient,
};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::sqlite::fresh_file;

const SUBJECT: &str = "summarizer.v1.SummarizerAgent.Summarize";

fn start(url: &str) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_agent-process"));
    command.arg(url).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().expect("the agent starts");
    let lines = BufReader::new(child.stdout.take().expect("it was asked for")).lines();
    (child, lines)
}

async fn line(lines: &mut Lines<BufReader<ChildStdout>>) -> String {
    lines.next_line().await.expect("the agent writes").expect("the agent runs")
}

fn request(millis: u32) -> SummarizeRequest {
    SummarizeRequest { document_text: millis.to_string(), ..Default::default() }
}

#[tokio::test]
async fn a_terminated_process_finishes_what_it_has_begun() {
    finishes_what_it_has_begun(&format!("sqlite:{}", fresh_file("stop").display())).await;
}

#[tokio::test]
async fn a_terminated_process_finishes_what_it_has_begun_over_kafka() {
    let server = crate::server::kafka();
    finishes_what_it_has_begun(&crate::kafka::url(&server)).await;
}

#[tokio::test]
async fn a_terminated_process_finishes_what_it_has_begun_over_rabbitmq() {
    let server = crate::server::rabbitmq();
    finishes_what_it_has_begun(&crate::rabbitmq::url(&server, "stop", "")).await;
}

async fn finishes_what_it_has_begun(url: &str) {
    let broker = Broker::open(url).await.expect("the broker opens");
    let (mut child, mut lines) = start(url);
    let address = format!("http://{}", line(&mut lines).await);
    let over_grpc = Channel::grpc(&address).await.expect("the agent listens");
    let over_grpc = SummarizerAgentClient::new(over_grpc);
    let over_rest = SummarizerAgentClient::new(Channel::rest(&address).expect("a valid address"));
    let over_queue = SummarizerAgentClient::new(Channel::queue(broker.clone()));

    let cx = Context::new();
    let mut stream =
        over_rest.summarize_stream(&cx, request(600)).await.expect("the stream begins");
    let calls = async {
        let (grpc, rest, queue, item) = tokio::join!(
            over_grpc.summarize(&cx, request(600)),
            over_rest.summarize(&cx, request(600)),
            over_queue.summarize(&cx, request(600)),
            stream.message(),
        );
        for reply in [grpc, rest, queue] {
            assert_eq!(reply.expect("it had begun").summary, "done");
        }
        assert_eq!(item.expect("it had begun").expect("one item").text, "done");
    };
    let stopped = async {
        for _ in 0..4 {
            assert_eq!(line(&mut lines).await, "begun");
        }
        let pid = child.id().expect("it runs").to_string();
        let kill = Command::new("kill").args(["-TERM", &pid]).status().await;
        assert!(kill.expect("there is a kill").success());
        child.wait().await.expect("it ends")
    };
    let (status, ()) = tokio::join!(stopped, calls);
    assert!(status.success(), "{status}");
    assert_eq!(broker.depth(SUBJECT).await.expect("the depth").total(), 0);
}

//! Other people's clients of Kafka: a program in Python sends work in the
//! `CloudEvents` binding of Kafka, and reads the answer.

use agentgen::broker::Broker;
use agentgen::queue::Consumer;
use agentgen::testing::probe::{Job, Probe};
use agentgen_tests::environment::python_script;

use crate::{kafka, server};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_in_python_sends_work_and_reads_the_answer() {
    let server = server::kafka();
    let broker = Broker::open(&kafka::url(&server)).await.expect("the broker opens");
    let probe = Probe::new(|_, job: Job| async move { Ok(Job::new(job.name, job.size * 2)) });
    let dispatcher = probe.into_dispatcher();
    let consumer = tokio::spawn(Consumer::new(broker.clone()).run(dispatcher.clone()));
    let mut peer = python_script("kafka_peer.py");
    peer.arg(format!("127.0.0.1:{}", server.port));
    let output = tokio::task::spawn_blocking(move || peer.output().expect("Python runs"));
    let output = output.await.expect("no panic");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(told.trim(), r#"application/json agentgen.probe.Job {"name":"ü","size":42}"#);
    dispatcher.shutdown().cancel();
    consumer.await.expect("no panic").expect("the consumer drains");
    assert_eq!(broker.depth("probe.run").await.expect("the depth").total(), 0);
}

//! Several callers of one broker's server at once: each gets its own answers.

use std::time::Duration;

use agentgen::Context;
use agentgen::broker::Broker;
use agentgen::queue::{Client, Consumer};
use agentgen::service::Call;
use agentgen::testing::probe::{INFO, Job, Probe, RUN};

use crate::server;

const SOON: Duration = Duration::from_secs(20);

/// They share a stream there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nats_answers_each_of_them() {
    let server = server::nats();
    let url = format!("nats://127.0.0.1:{}", server.port);
    let open = async || Broker::open(&url).await.expect("the broker opens");
    let probe = Probe::new(|_, job| async move { Ok(job) });
    let serving = tokio::spawn(Consumer::new(open().await).run(probe.into_dispatcher()));
    let callers = [Client::new(open().await), Client::new(open().await)];
    for name in ["a", "b"] {
        for caller in &callers {
            let call = Call::Unary(Box::new(Job::new(name, 1)));
            let context = Context::new().with_timeout(SOON);
            let reply = caller.call(&INFO, RUN, &context, call).await.expect("an answer");
            let answer: Job = reply.into_message().expect("a job");
            assert_eq!(answer.name, name);
        }
    }
    serving.abort();
}

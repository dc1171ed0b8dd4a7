//! Several services of one server, and which queues answer which of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use agentgen::client::Channel;
use agentgen::server::Background;
use agentgen::service::Dispatcher;
use agentgen::{Broker, Context, Result, Server, Status, agent_service};
use futures_util::future::{BoxFuture, join_all};

agentgen::contract!("tests/queue/joined.proto");

/// Counts what runs.
#[derive(Clone, Default)]
struct Side(Arc<AtomicU32>);

impl Side {
    async fn work(&self) -> Result<Seen> {
        let at_once = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.0.fetch_sub(1, Ordering::SeqCst);
        Ok(Seen { at_once })
    }
}

#[agent_service]
impl Left for Side {
    async fn push(&self, _: &Context, _: Load) -> Result<Seen> {
        self.work().await
    }
}

#[agent_service]
impl Right for Side {
    async fn pull(&self, _: &Context, _: Load) -> Result<Seen> {
        self.work().await
    }
}

async fn memory() -> Broker {
    Broker::open("memory:").await.expect("a broker")
}

fn run<S: 'static>(server: Server<S>) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move { server.run().await.expect("it runs") })
}

/// Whether rpcs of both services are answered over a broker.
async fn answers(broker: &Broker) -> (bool, bool) {
    let channel = Channel::queue(broker.clone());
    let soon = || Context::new().with_timeout(Duration::from_millis(500));
    let (left, right) = (LeftClient::new(channel.clone()), RightClient::new(channel));
    let left = left.push(&soon(), Load {}).await.is_ok();
    (left, right.pull(&soon(), Load {}).await.is_ok())
}

#[tokio::test]
async fn a_queue_answers_the_services_that_are_added_without_one() {
    let broker = memory().await;
    let server = LeftServer::new(Side::default()).queue(broker.clone());
    let running = run(server.add_service(RightServer::new(Side::default())));
    assert_eq!(answers(&broker).await, (true, true));
    running.abort();
}

/// Works beside the server, and answers nobody.
struct Beside;

impl Background for Beside {
    fn run(self: Box<Self>, dispatcher: Dispatcher) -> BoxFuture<'static, Result<(), Status>> {
        Box::pin(async move {
            dispatcher.shutdown().cancelled().await;
            Ok(())
        })
    }

    fn answers(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn a_queue_answers_services_that_are_added_with_something_that_answers_nobody() {
    let broker = memory().await;
    let right = RightServer::new(Side::default()).background(Beside);
    let running = run(LeftServer::new(Side::default()).queue(broker.clone()).add_service(right));
    assert_eq!(answers(&broker).await, (true, true));
    running.abort();
}

#[tokio::test]
async fn a_service_that_is_added_with_a_queue_is_answered_by_that_alone() {
    let (ours, theirs) = (memory().await, memory().await);
    let right = RightServer::new(Side::default()).queue(theirs.clone());
    let running = run(LeftServer::new(Side::default()).queue(ours.clone()).add_service(right));
    assert_eq!(answers(&ours).await, (true, false));
    assert_eq!(answers(&theirs).await, (false, true));
    running.abort();
}

#[tokio::test]
async fn two_queues_of_one_broker_run_no_more_at_once_than_the_contract_says() {
    let broker = memory().await;
    let right = RightServer::new(Side::default()).queue(broker.clone());
    let running = run(LeftServer::new(Side::default()).queue(broker.clone()).add_service(right));
    let client = RightClient::new(Channel::queue(broker));
    let context = Context::new();
    let seen = join_all((0..12).map(|_| client.pull(&context, Load {}))).await;
    let most = seen.into_iter().map(|seen| seen.expect("it is answered").at_once).max();
    assert_eq!(most, Some(2));
    running.abort();
}

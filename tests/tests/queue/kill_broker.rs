//! A broker's server is killed under load, again and again, and restarted: what
//! was accepted is handled, or dead-lettered for its own fault, and nothing
//! else is; publishers and consumers go on by themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use agentgen::broker::Broker;
use agentgen::queue::{Client, Consumer, SendOptions, dead_letters};
use agentgen::testing::probe::{INFO, Job, Probe, RUN};
use agentgen::{Context, Status};
use futures_util::future::join_all;

use crate::server::Server;

const JOBS: usize = 600;
const PUBLISHERS: usize = 8;
const KILLS: usize = 3;
/// What the probe's contract allows at once.
const CONCURRENCY: usize = 4;
const SOON: Duration = Duration::from_secs(100);

/// How often each job had its effect.
type Effects = Arc<Mutex<BTreeMap<String, usize>>>;

fn is_bad(number: usize) -> bool {
    number % 50 == 20
}

fn name(number: usize) -> String {
    format!("{}-{number}", if is_bad(number) { "bad" } else { "job" })
}

fn probe(effects: &Effects) -> Probe {
    let effects = Arc::clone(effects);
    Probe::new(move |_, job| {
        let effects = Arc::clone(&effects);
        async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            if job.name.starts_with("bad") {
                return Err(Status::invalid_argument("bad on purpose"));
            }
            let mut effects = effects.lock().unwrap_or_else(PoisonError::into_inner);
            *effects.entry(job.name.clone()).or_default() += 1;
            Ok(job)
        }
    })
}

/// Sends a share of the jobs, each until it is accepted.
async fn publish(broker: Broker, share: usize) {
    let client = Client::new(broker);
    for number in (share..JOBS).step_by(PUBLISHERS) {
        let name = name(number);
        let context = Context::new().with_idempotency_key(&name);
        let job = Job::new(&name, 1);
        let send = || client.send(&INFO, RUN, &context, &job, SendOptions::default());
        while let Err(status) = send().await {
            assert_eq!(status.code(), agentgen::Code::Unavailable, "{status}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Kills the server each time that a part of the jobs is done.
async fn kill(server: Arc<Server>, effects: &Effects) {
    for kills in 1..=KILLS {
        let enough = kills * JOBS / (KILLS + 1);
        while effects.lock().unwrap_or_else(PoisonError::into_inner).len() < enough {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let server = Arc::clone(&server);
        let again = move || {
            server.kill();
            server.restart();
        };
        tokio::task::spawn_blocking(again).await.expect("the server is back");
    }
}

/// Waits until nothing is left; a server that is just back may still refuse.
async fn drained(broker: &Broker) {
    while broker.depth("probe.run").await.map_or(1, |depth| depth.total()) > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Kills the server of the broker at this URL under load.
pub(crate) async fn a_killed_broker_loses_nothing(server: Server, url: &str) {
    let broker = Broker::open(url).await.expect("the broker opens");
    let (server, effects) = (Arc::new(server), Effects::default());
    let dispatcher = probe(&effects).into_dispatcher();
    let consumer = tokio::spawn(Consumer::new(broker.clone()).run(dispatcher.clone()));
    let publishers = join_all((0..PUBLISHERS).map(|share| publish(broker.clone(), share)));
    let load = async { tokio::join!(publishers, kill(Arc::clone(&server), &effects)) };
    tokio::time::timeout(SOON, load).await.expect("everything is accepted, over three deaths");
    let in_time = tokio::time::timeout(SOON, drained(&broker)).await;
    assert!(in_time.is_ok(), "not drained: {:?}", broker.depth("probe.run").await);
    dispatcher.shutdown().cancel();
    consumer.await.expect("no panic").expect("the consumer outlived its server");

    let names = |bad: bool| -> BTreeSet<String> {
        (0..JOBS).filter(|number| is_bad(*number) == bad).map(name).collect()
    };
    let effects = effects.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert_eq!(effects.keys().cloned().collect::<BTreeSet<_>>(), names(false), "lost, or made up");
    let letters = dead_letters(&broker, "probe.run.dead", 0, JOBS).await.expect("dead letters");
    let buried: Vec<_> =
        letters.iter().filter_map(|letter| letter.headers.get("idempotency-key")).collect();
    let distinct: BTreeSet<_> = buried.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(distinct, names(true), "the dead letters are not the bad jobs");
    // Only what was in hand when the server died may have come twice.
    let repeated = effects.values().map(|count| count - 1).sum::<usize>();
    let buried_again = buried.len() - distinct.len();
    let most = KILLS * CONCURRENCY;
    assert!(repeated + buried_again <= most, "{repeated} effects, {buried_again} letters again");
}

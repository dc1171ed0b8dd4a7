//! F6: the network holds everything back, in one direction or in both, and cuts
//! connections.

use std::time::Duration;

use agentgen::broker::Broker;

use super::case::{CONCURRENCY, Case};
use super::check::Allowed;
use super::crew::Crew;
use super::place::Place;
use super::proxy::{Entrance, Proxy, Weather};
use super::work::Kind::{Bad, Flaky, Key, Plain};
use crate::server::{Server, kafka_command};

/// Faults one after the other; what was held back arrives late, or never.
const STORM: [Weather; 4] =
    [Weather::Nothing, Weather::NothingIn, Weather::NothingOut, Weather::Cut];

pub(crate) async fn a_connection_that_is_cut_loses_nothing(place: impl Fn() -> Place) {
    loses_nothing(place(), Entrance::open().await).await;
}

/// What a server of Kafka tells its clients to connect to is the proxy.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_to_kafka_that_is_cut_loses_nothing() {
    let entrance = Entrance::open().await;
    let outside = format!("tcp://127.0.0.1:{}", entrance.port());
    let server = Server::start("kafka-network", move |port, folder| {
        let mut command = kafka_command(port, folder);
        command.args(["--advertised-listener-url", &outside]);
        command
    });
    // Longer than anything is held back: who falls out of a group is another fault.
    loses_nothing(Place::kafka_on(server, 10), entrance).await;
}

async fn loses_nothing(place: Place, entrance: Entrance) {
    let pause = Duration::from_secs(if super::is_long() { 60 } else { 2 });
    let kinds = [(Plain, 200), (Flaky, 10), (Bad, 10), (Key, 30)];
    let case = Case::new(place, &kinds);
    let proxy = Proxy::to(case.place.server().port, entrance);
    let url = case.place.url_at(proxy.port);
    let broker = Broker::open(&url).await.expect("the broker opens");
    let mut crew = Crew::new(&url, &case.log, CONCURRENCY);
    crew.hire(case.place.workers(2));
    let storm = async {
        for weather in STORM {
            tokio::time::sleep(Duration::from_millis(300)).await;
            proxy.set(weather);
            tokio::time::sleep(pause).await;
            // What was held back is lost with its connections.
            proxy.set(Weather::Cut);
            tokio::time::sleep(Duration::from_millis(50)).await;
            proxy.set(Weather::Fair);
        }
    };
    tokio::join!(storm, case.publish(&broker));
    case.drained(&broker, &mut crew, async |_| {}).await;
    assert_eq!(crew.deaths, 0, "a worker died of the network");
    crew.dismiss().await;
    // Both workers may lose all they hold, at each fault.
    let cut_off = STORM.len() * 2 * CONCURRENCY * 2;
    case.check(&broker, Allowed { cut_off, at_once: CONCURRENCY }).await;
}

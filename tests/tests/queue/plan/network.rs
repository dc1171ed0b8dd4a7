//! F6: the network holds everything back, in one direction or in both, and cuts
//! connections.

use std::time::Duration;

use agentgen::broker::Broker;

use super::case::{CONCURRENCY, Case};
use super::check::Allowed;
use super::crew::Crew;
use super::place::Place;
use super::proxy::{Proxy, Weather};
use super::work::Kind::{Bad, Flaky, Key, Plain};

/// Faults one after the other; what was held back arrives late, or never.
const STORM: [Weather; 4] =
    [Weather::Nothing, Weather::NothingIn, Weather::NothingOut, Weather::Cut];

pub(crate) async fn a_connection_that_is_cut_loses_nothing(place: fn() -> Place) {
    let pause = Duration::from_secs(if super::is_long() { 60 } else { 2 });
    let kinds = [(Plain, 200), (Flaky, 10), (Bad, 10), (Key, 30)];
    let case = Case::new(place(), &kinds);
    let proxy = Proxy::to(case.place.server().port).await;
    let url = case.place.url_at(proxy.port);
    let broker = Broker::open(&url).await.expect("the broker opens");
    let mut crew = Crew::new(&url, &case.log, CONCURRENCY);
    crew.hire(2);
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

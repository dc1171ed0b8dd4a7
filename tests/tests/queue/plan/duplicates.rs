//! F9: the same work is published again, at once, later, and after it was
//! forgotten.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use agentgen::Context;
use agentgen::broker::Broker;
use agentgen::queue::{Client, Options, SendOptions};
use agentgen::testing::probe::{INFO, Job, RUN};

use super::case::left;
use super::local::{Local, until};
use super::place::Place;

/// How long results are remembered.
const WINDOW: Duration = Duration::from_secs(4);

pub(crate) async fn a_duplicate_is_answered_for_as_long_as_it_is_remembered(
    place: impl Fn() -> Place,
) {
    let place = place();
    let broker = Broker::open(&place.url()).await.expect("the broker opens");
    let runs = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&runs);
    let consumer = Local::start(&broker, Options::default().remember(WINDOW), move |_, job| {
        count.fetch_add(1, Ordering::Relaxed);
        async { Ok(job) }
    });
    let client = Client::new(broker.clone());
    let publish = async |copies: usize| {
        for _ in 0..copies {
            let context = Context::new().with_idempotency_key("the same");
            let options = SendOptions::default();
            let sent = client.send(&INFO, RUN, &context, &Job::new("a", 1), options).await;
            assert!(!sent.expect("accepted").duplicate, "dropped at the door");
        }
        until("all are handled", async || left(&broker).await == 0).await;
        runs.load(Ordering::Relaxed)
    };
    assert_eq!(publish(10).await, 1, "duplicates at once were executed");
    tokio::time::sleep(WINDOW / 4).await;
    assert_eq!(publish(5).await, 1, "later duplicates were executed");
    tokio::time::sleep(WINDOW).await;
    assert_eq!(publish(2).await, 2, "what is forgotten is executed, once");
    consumer.stop().await;
}

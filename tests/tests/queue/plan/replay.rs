//! F14: dead letters are sent back by two at once, while consumers work.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use agentgen::broker::Broker;
use agentgen::queue::{Client, Options, SendOptions, dead_letters, replay};
use agentgen::testing::probe::{INFO, Job, RUN};
use agentgen::{Context, Status};

use super::case::left;
use super::local::{Local, until};
use super::place::Place;

const LETTERS: usize = 20;
const DEAD: &str = "probe.run.dead";

pub(crate) async fn a_dead_letter_is_replayed_once_by_two_at_once(place: impl Fn() -> Place) {
    let place = place();
    let broker = Broker::open(&place.url()).await.expect("the broker opens");
    let mended = Arc::new(AtomicBool::new(false));
    let effects: Arc<Mutex<BTreeMap<String, Vec<u32>>>> = Arc::default();
    let (is_mended, seen) = (Arc::clone(&mended), Arc::clone(&effects));
    let consumer = Local::start(&broker, Options::default(), move |context, job: Job| {
        let mended = is_mended.load(Ordering::Relaxed);
        if mended {
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.entry(job.name.clone()).or_default().push(context.attempt());
        }
        async move { if mended { Ok(job) } else { Err(Status::invalid_argument("not yet")) } }
    });
    let client = Client::new(broker.clone());
    for number in 0..LETTERS {
        let (context, job) = (Context::new(), Job::new(format!("letter-{number}"), 1));
        let options = SendOptions::default();
        client.send(&INFO, RUN, &context, &job, options).await.expect("accepted");
    }
    until("all are dead", async || {
        dead_letters(&broker, DEAD, 0, 100).await.expect("dead letters").len() == LETTERS
    })
    .await;
    mended.store(true, Ordering::Relaxed);
    let other = Broker::open(&place.url()).await.expect("the broker opens");
    let (one, two) = tokio::join!(replay(&broker, DEAD, 100), replay(&other, DEAD, 100));
    let (one, two) = (one.expect("the first replay"), two.expect("the second replay"));
    // While two join a group of Kafka, a share may come to nobody in time: it is still there.
    let rest = replay(&broker, DEAD, LETTERS - one - two).await.expect("a replay of the rest");
    let sent = format!("sent back by the first: {one}, by the second: {two}, then: {rest}");
    assert_eq!(one + two + rest, LETTERS, "{sent}");
    until("all are handled", async || left(&broker).await == 0).await;
    let effects = effects.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert_eq!(effects.len(), LETTERS, "lost on the way back");
    let fresh = effects.values().all(|attempts| *attempts == [1]);
    assert!(fresh, "not handled once, at a first attempt: {effects:?}");
    assert_eq!(replay(&broker, DEAD, 100).await.expect("another replay"), 0);
    consumer.stop().await;
}

//! F15: eight agents are asked at once, two of them die over it, and the deadline
//! passes.

use std::time::Duration;

use agentgen::Context;
use agentgen::broker::Broker;
use agentgen::gather::{Gathered, Policy};
use agentgen::queue::{Client, Options, dead_letters};
use agentgen::testing::probe::{Job, Probe, RUN, RUNNING};

use super::crew::Crew;
use super::local::{Local, SOON, until};
use super::log;
use super::place::{Place, own_file};

const ANSWERING: [&str; 6] = ["one", "two", "three", "four", "five", "six"];
const DYING: [&str; 2] = ["seven", "eight"];

/// How long answers are waited for.
const DEADLINE: Duration = Duration::from_secs(5);

/// Longer than that, in milliseconds: who has begun with it is killed over it.
const WORK: u32 = 60_000;

pub(crate) async fn a_partial_answer_names_exactly_who_died(place: impl Fn() -> Place) {
    let (place, log) = (place(), own_file("log"));
    let broker = Broker::open(&place.url()).await.expect("the broker opens");
    let answering = ANSWERING.map(|name| {
        let probe = Probe::new(move |_, job: Job| async move { Ok(Job::new(name, job.size)) });
        let options = Options::default().namespace(name);
        Local::serve(&broker, options, probe.with_queue_of(RUN))
    });
    let mut dying = DYING.map(|name| Crew::new(&place.url(), &log, 1).with("NAMESPACE", name));
    for crew in &mut dying {
        crew.hire(1);
    }
    let everybody = ask(&broker, SOON, &Job::new("hello", 0)).await;
    assert_eq!((everybody.replies.len(), everybody.missing.len()), (8, 0), "not all are there");

    let begun = || {
        log::read(&log)
            .into_iter()
            .filter(|line| line.what == "start" && line.name == "part")
            .count()
    };
    let killed = async {
        until("both have begun", async || begun() == DYING.len()).await;
        for crew in &mut dying {
            crew.kill_any(&mut fastrand::Rng::new());
        }
    };
    let part = Job::new("part", WORK);
    let (gathered, ()) = tokio::join!(ask(&broker, DEADLINE, &part), killed);
    let mut answers: Vec<_> =
        gathered.replies.iter().map(|part| (&*part.name, &*part.value.name)).collect();
    answers.sort_unstable();
    let mut expected = ANSWERING.map(|name| (name, name));
    expected.sort_unstable();
    assert_eq!(answers, expected, "who answered, and what");
    assert!(gathered.errors.is_empty(), "{:?}", gathered.errors);
    assert_eq!(gathered.missing, DYING);

    // What came too late is not done any more, and is told.
    dying.iter_mut().for_each(Crew::replace);
    for name in DYING {
        let dead = format!("{name}.probe.run.dead");
        until("the late request is given up", async || {
            !dead_letters(&broker, &dead, 0, 10).await.expect("dead letters").is_empty()
        })
        .await;
        let letters = dead_letters(&broker, &dead, 0, 10).await.expect("dead letters");
        let ends: Vec<_> =
            letters.iter().map(|letter| (&*letter.reason, letter.history.starts)).collect();
        assert_eq!(ends, [("EXPIRED", 1)], "{letters:?}");
    }
    assert_eq!(begun(), DYING.len(), "begun after its deadline");
    for name in ANSWERING.into_iter().chain(DYING) {
        let left =
            async || broker.depth(&format!("{name}.probe.run")).await.expect("the depth").total();
        until("nothing is left", async || left().await == 0).await;
    }
    for consumer in answering {
        consumer.stop().await;
    }
}

/// Asks all of them, and waits for this long.
async fn ask(broker: &Broker, within: Duration, job: &Job) -> Gathered<Job> {
    let context = Context::new().with_timeout(within);
    let names = ANSWERING.into_iter().chain(DYING);
    Client::new(broker.clone()).scatter(RUNNING, &context, job, Policy::Partial, names).await
}

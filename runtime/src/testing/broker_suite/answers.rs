//! Promises on calls that wait for their answer.

use std::time::Duration;

use super::tools::{Running, call, ok, soon, until};
use crate::queue::{Client, Format};
use crate::service::Call;
use crate::testing::Fixture;
use crate::testing::probe::{INFO, Job, Probe, STREAM, UNQUEUED};
use crate::{Code, Context, Status, Transport};

fn doubling() -> Probe {
    Probe::new(|_, job| async move { Ok(Job::new(job.name, job.size * 2)) })
}

/// A call is answered, and the handler sees where it came from.
pub async fn a_call_is_answered(fixture: &Fixture) {
    let broker = fixture.open().await;
    let probe = Probe::new(|context: Context, job| async move {
        assert_eq!((context.transport(), context.attempt()), (Transport::Queue, 1));
        let left = context.time_left().unwrap_or_default();
        assert!(left > Duration::from_secs(30), "the deadline was not carried: {left:?}");
        let seen = context.metadata().get("x-note").unwrap_or_default().to_owned();
        Ok(Job::new(format!("{} {seen} {}", job.name, context.correlation_id()), job.size))
    });
    let consumer = Running::start(&broker, probe);
    let client = Client::new(broker);
    let mut context = Context::new().with_timeout(Duration::from_secs(60));
    context.metadata_mut().insert("x-note", "noted");
    let answer = ok(call(&client, &context, Job::new("a", 7)).await);
    assert_eq!(answer, Job::new(format!("a noted {}", context.correlation_id()), 7));
    let unserved = client.call(&INFO, UNQUEUED, &context, Call::Unary(Box::new(Job::default())));
    let refused = soon("a refusal", unserved).await.err().map(|status| status.code());
    assert_eq!(refused, Some(Code::Unimplemented));
    consumer.drain().await;
}

/// JSON is answered with JSON.
pub async fn a_json_call_is_answered_in_json(fixture: &Fixture) {
    let broker = fixture.open().await;
    let consumer = Running::start(&broker, doubling());
    let client = Client::new(broker).with_format(Format::Json);
    let answer = call(&client, &Context::new(), Job::new("ä", 4)).await;
    assert_eq!(ok(answer), Job::new("ä", 8));
    consumer.drain().await;
}

async fn stream_of(client: &Client, size: u32, pause: Duration) -> Vec<u32> {
    let call = Call::Unary(Box::new(Job::new("s", size)));
    let context = Context::new();
    let reply = soon("a first reply", client.call(&INFO, STREAM, &context, call)).await;
    let mut stream = ok(reply).into_stream::<Job>();
    let mut numbers = Vec::new();
    while let Some(job) = ok(soon("a reply", stream.message()).await) {
        numbers.push(job.size);
        tokio::time::sleep(pause).await;
    }
    numbers
}

/// Every reply of a stream arrives once and in order, and the end is seen.
pub async fn a_stream_is_answered_in_order(fixture: &Fixture) {
    let broker = fixture.open().await;
    let consumer = Running::start(&broker, Probe::new(|_, job| async { Ok(job) }));
    let client = Client::new(broker);
    assert_eq!(stream_of(&client, 5, Duration::ZERO).await, [1, 2, 3, 4, 5]);
    assert_eq!(stream_of(&client, 0, Duration::ZERO).await, [0; 0]);
    consumer.drain().await;
}

/// A reader that is slower than the handler loses nothing, and its replies
/// wait in the broker, not in memory.
pub async fn a_slow_reader_gets_a_long_stream_whole(fixture: &Fixture) {
    let broker = fixture.open().await;
    let consumer = Running::start(&broker, Probe::new(|_, job| async { Ok(job) }));
    let client = Client::new(broker);
    let slow = stream_of(&client, 120, Duration::from_millis(3));
    let quick = stream_of(&client, 120, Duration::ZERO);
    let (slow, quick) = tokio::join!(slow, quick);
    let expected: Vec<u32> = (1..=120).collect();
    assert_eq!((&slow, &quick), (&expected, &expected));
    consumer.drain().await;
}

/// The status of the handler reaches the caller, details included.
pub async fn an_error_reaches_the_caller(fixture: &Fixture) {
    let broker = fixture.open().await;
    let probe = Probe::new(|_, _| async {
        Err(Status::not_found("no such job").with_reason("GONE", "probe"))
    });
    let consumer = Running::start(&broker, probe);
    let client = Client::new(broker);
    let status = call(&client, &Context::new(), Job::default()).await.expect_err("an error");
    assert_eq!((status.code(), status.message()), (Code::NotFound, "no such job"));
    let reason = status.details().info.as_ref().map(|info| info.reason.as_str());
    assert_eq!(reason, Some("GONE"));
    consumer.drain().await;
}

/// A call that waits when the broker is closed ends, and so does a later one.
pub async fn a_call_over_a_closed_broker_ends(fixture: &Fixture) {
    let broker = fixture.open().await;
    let client = Client::new(broker.clone());
    let (caller, context) = (client.clone(), Context::new());
    let waiting =
        tokio::spawn(async move { call(&caller, &Context::new(), Job::new("a", 1)).await });
    until("the request is sent", || async { ok(broker.depth("probe.run").await).ready == 1 }).await;
    ok(broker.close().await);
    for outcome in [ok(waiting.await), call(&client, &context, Job::new("b", 1)).await] {
        let status = outcome.expect_err("an answer came over a closed broker");
        assert_eq!(status.code(), Code::Unavailable);
    }
}

/// Answers find their own calls, whatever the order they are made in.
pub async fn calls_in_parallel_get_their_own_answers(fixture: &Fixture) {
    let broker = fixture.open().await;
    let probe = Probe::new(|_, job: Job| async move {
        tokio::time::sleep(Duration::from_millis(u64::from(job.size % 3) * 10)).await;
        Ok(Job::new(job.name, job.size * 2))
    });
    let consumer = Running::start(&broker, probe);
    let client = Client::new(broker);
    let context = Context::new();
    let calls = (0..30).map(|number| call(&client, &context, Job::new("n", number)));
    let answers = futures_util::future::join_all(calls).await;
    let sizes: Vec<_> = answers.into_iter().map(|answer| ok(answer).size).collect();
    assert_eq!(sizes, (0..30).map(|number| number * 2).collect::<Vec<_>>());
    consumer.drain().await;
}

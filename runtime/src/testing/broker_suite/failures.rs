//! Promises on what cannot be handled.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::tools::{Running, call, dead, emptied, join, lose, message, ok, send, take, until};
use crate::queue::{Client, Options, SendOptions, names, replay};
use crate::service::Call;
use crate::testing::Fixture;
use crate::testing::probe::{INFO, Job, Probe, RUN};
use crate::{Code, Context, Status};

/// A retryable error is tried again up to the contract's limit; the dead
/// letter then has the reason, every attempt, and the message as it was.
pub async fn a_failed_message_is_tried_again_then_dead_lettered(fixture: &Fixture) {
    let broker = fixture.open().await;
    let attempts = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&attempts);
    let probe = Probe::new(move |context: Context, _| {
        seen.lock().unwrap_or_else(PoisonError::into_inner).push(context.attempt());
        async { Err(Status::unavailable("no model, \"sorry\" ü")) }
    });
    let consumer = Running::start(&broker, probe);
    let client = Client::new(broker.clone());
    let status = call(&client, &Context::new(), Job::new("a", 1)).await.expect_err("an error");
    assert_eq!(status.code(), Code::Unavailable);
    let letter = dead(&broker, "probe.run.dead", 1).await.remove(0);
    assert_eq!(*attempts.lock().unwrap_or_else(PoisonError::into_inner), [1, 2, 3]);
    assert_eq!((&*letter.reason, &*letter.code), ("EXHAUSTED", "UNAVAILABLE"));
    assert_eq!(letter.message, "no model, \"sorry\" ü");
    assert_eq!((&*letter.subject, &*letter.group), ("probe.run", "probe"));
    assert_eq!((letter.history.starts, letter.history.crashes), (3, 0));
    let tried: Vec<_> = letter.history.failures.iter().map(|failure| failure.attempt).collect();
    assert_eq!(tried, [1, 2, 3]);
    assert_eq!(letter.headers.get(names::TYPE), Some("agentgen.probe.Job"));
    assert!(letter.headers.iter().all(|(name, _)| !name.starts_with("dlq-")));
    assert_eq!(<Job as prost::Message>::decode(letter.body).ok(), Some(Job::new("a", 1)));
    emptied(&broker, "probe.run").await;
    consumer.drain().await;
}

/// A code that no attempt can mend is not retried.
pub async fn a_hopeless_message_is_dead_lettered_at_once(fixture: &Fixture) {
    let broker = fixture.open().await;
    let probe = Probe::new(|context: Context, _| async move {
        assert_eq!(context.attempt(), 1);
        Err(Status::invalid_argument("nonsense"))
    });
    let consumer = Running::start(&broker, probe);
    send(&Client::new(broker.clone()), RUN, Job::new("a", 1)).await;
    let letter = dead(&broker, "probe.run.dead", 1).await.remove(0);
    assert_eq!((&*letter.reason, &*letter.code), ("NOT_RETRYABLE", "INVALID_ARGUMENT"));
    assert_eq!(letter.history.failures.len(), 1);
    consumer.drain().await;
}

/// What is no message of the contract is kept, with what is wrong with it.
pub async fn an_unreadable_message_is_dead_lettered_at_once(fixture: &Fixture) {
    let broker = fixture.open().await;
    let probe = Probe::new(|_, _| async { panic!("an unreadable message was handled") });
    let consumer = Running::start(&broker, probe);
    for (content_type, body) in
        [("application/json", "{"), ("application/protobuf", "\u{1}"), ("text/plain", ""), ("", "")]
    {
        let mut unreadable = message("probe.run", body);
        if !content_type.is_empty() {
            unreadable.headers.insert(names::CONTENT_TYPE, content_type);
        }
        ok(broker.publish(unreadable).await);
    }
    let letters = dead(&broker, "probe.run.dead", 4).await;
    for letter in &letters {
        assert_eq!((&*letter.reason, letter.history.starts), ("UNDECODABLE", 0), "{letter:?}");
    }
    assert!(letters.iter().any(|letter| letter.message.contains("text/plain")), "{letters:?}");
    consumer.drain().await;
}

/// Other producers' headers may have any text, and are read and kept as they are.
pub async fn a_dead_letter_keeps_headers_of_any_text(fixture: &Fixture) {
    let broker = fixture.open().await;
    let seen = Arc::new(Mutex::new(None));
    let note = Arc::clone(&seen);
    let probe = Probe::new(move |context: Context, _| {
        let text = context.metadata().get("x-note").map(str::to_owned);
        *note.lock().unwrap_or_else(PoisonError::into_inner) = text;
        async { Err(Status::invalid_argument("on purpose")) }
    });
    let consumer = Running::start(&broker, probe);
    let mut foreign = message("probe.run", "{}");
    for (name, value) in [
        (names::CONTENT_TYPE, "application/json"),
        (names::SOURCE, "/zürich"),
        (names::ID, "7"),
        ("x-note", "größe 50%"),
    ] {
        assert!(foreign.headers.insert(name, value), "{name}");
    }
    ok(broker.publish(foreign).await);
    let letter = dead(&broker, "probe.run.dead", 1).await.remove(0);
    assert_eq!(letter.headers.get(names::SOURCE), Some("/zürich"));
    assert_eq!(letter.headers.get("x-note"), Some("größe 50%"));
    assert_eq!(seen.lock().unwrap_or_else(PoisonError::into_inner).as_deref(), Some("größe 50%"));
    consumer.drain().await;
}

/// Whoever replays a request does not wait for it as its caller did.
pub async fn an_expired_request_runs_once_it_is_replayed(fixture: &Fixture) {
    let broker = fixture.open().await;
    let handled = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&handled);
    let probe = Probe::new(move |context: Context, job| {
        count.fetch_add(1, Ordering::Relaxed);
        let expires = context.time_left().is_some();
        async move { if expires { Err(Status::internal("it has a deadline")) } else { Ok(job) } }
    });
    let context = Context::new().with_timeout(Duration::from_millis(1));
    let (client, job) = (Client::new(broker.clone()), Job::new("late", 1));
    ok(client.send(&INFO, RUN, &context, &job, SendOptions::default()).await);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let consumer = Running::start(&broker, probe);
    let letter = dead(&broker, "probe.run.dead", 1).await.remove(0);
    assert_eq!((&*letter.reason, handled.load(Ordering::Relaxed)), ("EXPIRED", 0));
    assert_eq!(ok(replay(&broker, "probe.run.dead", 10).await), 1);
    until("it is handled", || async { handled.load(Ordering::Relaxed) == 1 }).await;
    emptied(&broker, "probe.run").await;
    dead(&broker, "probe.run.dead", 0).await;
    consumer.drain().await;
}

/// Work that nobody waits for any more is not done.
pub async fn an_expired_request_is_dead_lettered_without_running(fixture: &Fixture) {
    let broker = fixture.open().await;
    let client = Client::new(broker.clone());
    let context = Context::new().with_timeout(Duration::from_millis(1));
    let job = Job::new("late", 1);
    ok(client.send(&INFO, RUN, &context, &job, SendOptions::default()).await);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let probe = Probe::new(|_, _| async { panic!("expired work was done") });
    let consumer = Running::start(&broker, probe);
    let letter = dead(&broker, "probe.run.dead", 1).await.remove(0);
    assert_eq!((&*letter.reason, &*letter.code), ("EXPIRED", "DEADLINE_EXCEEDED"));
    assert_eq!(letter.history.starts, 0);
    consumer.drain().await;
}

/// A panic is an attempt that failed, and the worker lives on.
pub async fn a_panic_is_a_failed_attempt(fixture: &Fixture) {
    let broker = fixture.open().await;
    let probe = Probe::new(|_, job: Job| async move {
        assert_ne!(job.name, "bad", "the handler panics on purpose");
        Ok(job)
    });
    let consumer = Running::start(&broker, probe);
    let client = Client::new(broker.clone());
    send(&client, RUN, Job::new("bad", 1)).await;
    let letter = dead(&broker, "probe.run.dead", 1).await.remove(0);
    assert_eq!((&*letter.code, letter.history.failures.len()), ("INTERNAL", 3));
    ok(call(&client, &Context::new(), Job::new("good", 1)).await);
    consumer.drain().await;
}

/// A message whose attempts never end spends its own budget, and none of the
/// messages that were prefetched with it.
pub async fn a_message_that_kills_its_worker_is_dead_lettered_alone(fixture: &Fixture) {
    let broker = fixture.open().await;
    let client = Client::new(broker.clone());
    for name in ["poison", "a", "b", "c"] {
        send(&client, RUN, Job::new(name, 1)).await;
    }
    // Workers that die, each with one attempt begun and three prefetched.
    let mut group = join(&broker, "probe.run", "probe").await;
    for _ in 0..2 {
        for _ in 0..4 {
            let delivery = take(&mut group).await;
            if delivery.body.windows(6).any(|part| part == b"poison") {
                ok(delivery.start(None).await);
            }
            lose(delivery);
        }
    }
    let handled = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&handled);
    let probe = Probe::new(move |_, job: Job| {
        assert_ne!(job.name, "poison");
        count.fetch_add(1, Ordering::Relaxed);
        async { Ok(job) }
    });
    let options = Options::default().max_crashes(2);
    let consumer = Running::start_with(&broker, probe, options);
    let letter = dead(&broker, "probe.run.dead", 1).await.remove(0);
    assert_eq!((&*letter.reason, letter.history.crashes), ("CRASHED", 2));
    until("the innocent are handled", || async { handled.load(Ordering::Relaxed) == 3 }).await;
    consumer.drain().await;
}

/// A replayed dead letter is new work, and leaves the dead letter with it.
pub async fn a_dead_letter_is_replayed_once(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mended = Arc::new(AtomicU32::new(0));
    let state = Arc::clone(&mended);
    let probe = Probe::new(move |context: Context, job| {
        let mended = state.load(Ordering::Relaxed) == 1;
        async move {
            match mended {
                true if context.attempt() == 1 => Ok(job),
                true => Err(Status::internal("the count of attempts was kept")),
                false => Err(Status::failed_precondition("not yet")),
            }
        }
    });
    let consumer = Running::start(&broker, probe);
    let client = Client::new(broker.clone());
    send(&client, RUN, Job::new("a", 1)).await;
    dead(&broker, "probe.run.dead", 1).await;
    mended.store(1, Ordering::Relaxed);
    assert_eq!(ok(replay(&broker, "probe.run.dead", 10).await), 1);
    assert_eq!(ok(replay(&broker, "probe.run.dead", 10).await), 0);
    until("the replayed message is handled", || async {
        ok(broker.depth("probe.run").await).total() == 0
    })
    .await;
    dead(&broker, "probe.run.dead", 0).await;
    let call = Call::Unary(Box::new(Job::new("b", 1)));
    assert!(client.call(&INFO, RUN, &Context::new(), call).await.is_ok());
    consumer.drain().await;
}

//! Promises on messages in other envelopes, of other contracts, and too large.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use uuid::Uuid;

use super::tools::{Running, call, dead, emptied, message, ok, until};
use crate::queue::{Claims, Client, FolderClaims, Foreign, Format, Options, names};
use crate::service::Call;
use crate::testing::Fixture;
use crate::testing::probe::{INFO, Job, KEYED, Probe};
use crate::{Code, Context};

type Seen = Arc<Mutex<Vec<(Job, Context)>>>;

/// A probe that keeps what it is handed.
fn keeping() -> (Seen, Probe) {
    let seen = Seen::default();
    let kept = Arc::clone(&seen);
    let probe = Probe::new(move |context, job: Job| {
        kept.lock().unwrap_or_else(PoisonError::into_inner).push((job.clone(), context));
        async { Ok(job) }
    });
    (seen, probe)
}

fn count(seen: &Seen) -> usize {
    seen.lock().unwrap_or_else(PoisonError::into_inner).len()
}

/// Events of other producers, whole in the body, are requests like any other.
pub async fn a_structured_event_is_handled_and_its_copy_is_not(fixture: &Fixture) {
    let broker = fixture.open().await;
    let (seen, probe) = keeping();
    let consumer = Running::start(&broker, probe);
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let event = |id: &str, data: &str| {
        let attributes = format!(
            r#""specversion":"1.0","id":"{id}","source":"/them","type":"com.example.work""#
        );
        let more = format!(r#""traceparent":"{trace}","correlationid":"c-1""#);
        let mut event = message("probe.run", &format!("{{{attributes},{more},{data}}}"));
        event.headers.insert(names::CONTENT_TYPE, "application/cloudevents+json; charset=utf-8");
        event
    };
    let json = r#""data":{"name":"json","size":3}"#;
    ok(broker.publish(event("1", json)).await);
    let encoded = r#""datacontenttype":"application/protobuf","data_base64":"CgVwcm90bxAE""#;
    ok(broker.publish(event("2", encoded)).await);
    until("both are handled", || async { count(&seen) == 2 }).await;
    ok(broker.publish(event("1", json)).await);
    emptied(&broker, "probe.run").await;
    let mut handled = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
    handled.sort_by(|one, other| one.0.name.cmp(&other.0.name));
    let jobs: Vec<_> = handled.iter().map(|(job, _)| job.clone()).collect();
    assert_eq!(jobs, [Job::new("json", 3), Job::new("proto", 4)], "a copy was handled too");
    let context = &handled[0].1;
    assert_eq!(context.correlation_id(), "c-1");
    assert_eq!(context.trace().trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
    consumer.drain().await;
}

/// A message that says it follows another contract is kept, with the reason;
/// one of another state of the same contract is read.
pub async fn a_message_of_another_contract_is_dead_lettered(fixture: &Fixture) {
    let broker = fixture.open().await;
    let (seen, probe) = keeping();
    let consumer =
        Running::start_with(&broker, probe, Options::default().accept_contract("allowed"));
    for (name, schema) in [
        ("same", "agentgen:/agentgen.probe/unversioned/ffff#agentgen.probe.Job"),
        ("allowed", "agentgen:/agentgen.other/v2/allowed#agentgen.other.v2.Job"),
        ("theirs", "https://example.com/schemas/job"),
        ("contract", "agentgen:/agentgen.other/unversioned/ffff#agentgen.other.Job"),
        ("version", "agentgen:/agentgen.probe/v2/ffff#agentgen.probe.v2.Job"),
        ("type", "agentgen:/agentgen.probe/unversioned/0000#agentgen.probe.Other"),
    ] {
        let mut sent = message("probe.run", &format!(r#"{{"name":"{name}"}}"#));
        sent.headers.insert(names::CONTENT_TYPE, "application/json");
        sent.headers.insert(names::DATA_SCHEMA, schema);
        ok(broker.publish(sent).await);
    }
    let letters = dead(&broker, "probe.run.dead", 3).await;
    for (letter, reason) in letters.iter().zip(["another contract", "another version", "type"]) {
        assert_eq!((&*letter.reason, &*letter.code), ("INCOMPATIBLE", "FAILED_PRECONDITION"));
        assert!(letter.message.contains("agentgen:/agentgen.probe/unversioned/0000#"));
        let found = letters.iter().any(|letter| letter.message.contains(reason));
        assert!(found, "no letter says `{reason}`: {letters:?}");
    }
    until("the others are handled", || async { count(&seen) == 3 }).await;
    consumer.drain().await;
}

/// JSON without any envelope is a request where the consumer is told so, and is
/// refused where it is not.
pub async fn json_without_an_envelope_is_taken_where_it_is_asked_for(fixture: &Fixture) {
    let broker = fixture.open().await;
    let (seen, probe) = keeping();
    let consumer = Running::start(&broker, probe);
    ok(broker.publish(message("probe.run", r#"{"name":"bare"}"#)).await);
    let letter = dead(&broker, "probe.run.dead", 1).await.remove(0);
    assert!(letter.message.contains("content-type"), "{letter:?}");
    consumer.drain().await;
    for (foreign, expected) in [(Foreign::ByMessage, 2), (Foreign::ByBody, 3)] {
        let (_, probe) = keeping();
        let kept = Arc::clone(&seen);
        let probe = match foreign {
            Foreign::ByMessage | Foreign::ByBody => Probe::new(move |context, job: Job| {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push((job.clone(), context));
                async { Ok(job) }
            }),
            Foreign::Strict => probe,
        };
        let consumer = Running::start_with(&broker, probe, Options::default().foreign(foreign));
        for _ in 0..2 {
            ok(broker.publish(message("probe.run", r#"{"name":"bare"}"#)).await);
        }
        emptied(&broker, "probe.run").await;
        assert_eq!(count(&seen), expected, "{foreign:?}");
        consumer.drain().await;
    }
}

/// A field of the request, where the contract names one, makes two requests the
/// same work, whatever their ids and headers say.
pub async fn a_key_in_the_message_makes_two_requests_one(fixture: &Fixture) {
    let broker = fixture.open().await;
    let (seen, probe) = keeping();
    let consumer = Running::start(&broker, probe);
    let client = Client::new(broker.clone());
    let ask = async |name: &str, size: u32| {
        let context = Context::new().with_timeout(Duration::from_secs(20));
        let call = Call::Unary(Box::new(Job::new(name, size)));
        ok(ok(client.call(&INFO, KEYED, &context, call).await).into_message::<Job>())
    };
    assert_eq!(ask("order-1", 1).await, Job::new("order-1", 1));
    assert_eq!(ask("order-1", 2).await, Job::new("order-1", 1), "it was executed again");
    assert_eq!(ask("order-2", 2).await, Job::new("order-2", 2));
    assert_eq!(ask("", 3).await, Job::new("", 3));
    assert_eq!(ask("", 4).await, Job::new("", 4), "no key was taken for one");
    assert_eq!(count(&seen), 4);
    consumer.drain().await;
}

/// Two messages are one piece of work where a header of the producer's says so.
pub async fn a_header_of_the_producer_can_be_the_key(fixture: &Fixture) {
    let broker = fixture.open().await;
    let (seen, probe) = keeping();
    let options = Options::default().idempotency_header("x-job-number");
    let consumer = Running::start_with(&broker, probe, options);
    for number in ["1", "1", "2"] {
        let mut sent = message("probe.run", "{}");
        sent.headers.insert(names::CONTENT_TYPE, "application/json");
        sent.headers.insert("x-job-number", number);
        ok(broker.publish(sent).await);
    }
    emptied(&broker, "probe.run").await;
    assert_eq!(count(&seen), 2);
    consumer.drain().await;
}

/// Bodies over the limit go to the place for them, both ways; without one, a
/// body that the broker would refuse is refused at the caller.
pub async fn a_large_body_goes_elsewhere(fixture: &Fixture) {
    let broker = fixture.open().await;
    let folder = std::env::temp_dir().join(format!("agentgen-claims-{}", Uuid::now_v7()));
    let claims = Claims::new(FolderClaims::new(&folder), 10_000);
    let largest = Arc::new(AtomicU32::new(0));
    let seen = Arc::clone(&largest);
    let probe = Probe::new(move |_, job: Job| {
        let length = u32::try_from(job.name.len()).unwrap_or(u32::MAX);
        seen.fetch_max(length, Ordering::Relaxed);
        async { Ok(job) }
    });
    let options = Options::default().claims(claims.clone()).max_remembered(1000);
    let consumer = Running::start_with(&broker, probe, options);
    let client = Client::new(broker.clone()).with_claims(claims).with_format(Format::Json);
    let size = broker.max_message().unwrap_or(1 << 20) + 1;
    let large = Job::new("x".repeat(size), 1);
    let answer = ok(call(&client, &Context::new(), large.clone()).await);
    assert!(answer == large, "another body came back");
    assert_eq!(usize::try_from(largest.load(Ordering::Relaxed)).ok(), Some(size));
    let kept = std::fs::read_dir(&folder).map(Iterator::count);
    assert_eq!(kept.ok(), Some(1), "request and reply are the same bytes, under one name");
    ok(std::fs::remove_dir_all(&folder));
    if broker.max_message().is_some() {
        let refused = call(&Client::new(broker), &Context::new(), large).await;
        let status = refused.expect_err("the broker would refuse it");
        assert_eq!(status.code(), Code::OutOfRange);
        assert!(status.message().contains("`Claims`"), "{status}");
    }
    consumer.drain().await;
}

/// A reply that the broker would refuse is an error for its caller and a dead
/// letter, and the work is not done again.
pub async fn a_reply_that_is_too_large_is_reported(fixture: &Fixture) {
    let broker = fixture.open().await;
    let Some(limit) = broker.max_message() else { return };
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let probe = Probe::new(move |_, job: Job| {
        counted.fetch_add(1, Ordering::Relaxed);
        let reply = Job::new("x".repeat(limit), job.size);
        async { Ok(reply) }
    });
    let consumer = Running::start(&broker, probe);
    let status = call(&Client::new(broker.clone()), &Context::new(), Job::new("a", 1)).await;
    assert_eq!(status.expect_err("it is too large").code(), Code::OutOfRange);
    let letter = dead(&broker, "probe.run.dead", 1).await.remove(0);
    assert_eq!(letter.reason, "NOT_RETRYABLE");
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    consumer.drain().await;
}

//! Our side: a typed client that sends, and a consumer with a handler that does
//! nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use agentgen::broker::Broker;
use agentgen::queue::{Client, Consumer, SendOptions};
use agentgen::testing::probe::{INFO, Job, Probe, RUN};
use agentgen::{Context, Status};
use futures_util::future::try_join_all;

use crate::{Round, Speed, speed};

pub(crate) async fn round(round: Round) -> Result<Speed, Status> {
    let Round { url, at_once, messages } = round;
    let broker = Broker::open(&url).await?;
    let start = Instant::now();
    try_join_all((0..at_once).map(|_| send(broker.clone(), messages / at_once))).await?;
    let messages = messages / at_once * at_once;
    let publish = speed(messages, start);

    let handled = Arc::new(AtomicUsize::new(0));
    let done = Arc::new(tokio::sync::Notify::new());
    let (count, last) = (Arc::clone(&handled), Arc::clone(&done));
    let probe = Probe::new(move |_, job| {
        if count.fetch_add(1, Ordering::Relaxed) + 1 == messages {
            last.notify_one();
        }
        std::future::ready(Ok(job))
    });
    let dispatcher = probe.with_limits(at_once, Duration::from_secs(60)).into_dispatcher();
    let start = Instant::now();
    let consumer = tokio::spawn(Consumer::new(broker.clone()).run(dispatcher.clone()));
    done.notified().await;
    dispatcher.shutdown().cancel();
    consumer.await.expect("no panic")?;
    let consume = speed(messages, start);
    broker.close().await?;
    Ok(Speed { publish, consume })
}

/// Sends one message after the other.
pub(crate) async fn send(broker: Broker, messages: usize) -> Result<(), Status> {
    let (client, job) = (Client::new(broker), Job::new("x".repeat(200), 0));
    for _ in 0..messages {
        client.send(&INFO, RUN, &Context::new(), &job, SendOptions::default()).await?;
    }
    Ok(())
}

//! Our side: a typed client that sends, and a consumer with a handler that does
//! nothing.

use std::time::Instant;

use agentgen::broker::Broker;
use agentgen::queue::{Client, Consumer, SendOptions};
use agentgen::testing::probe::{INFO, Job, Probe, RUN};
use agentgen::{Context, Status};
use futures_util::future::try_join_all;

use crate::by_hand::LEASE;
use crate::tally::Tally;
use crate::{Round, Speed, speed};

pub(crate) async fn round(round: Round) -> Result<Speed, Status> {
    let Round { url, at_once, messages } = round;
    let broker = Broker::open(&url).await?;
    // The loops by hand make their queues before the clock runs, too.
    send(broker.clone(), 1).await?;
    let start = Instant::now();
    try_join_all((0..at_once).map(|_| send(broker.clone(), messages / at_once))).await?;
    let messages = messages / at_once * at_once;
    let publish = speed(messages, start.elapsed());

    let tally = Tally::of(messages + 1);
    let count = tally.clone();
    let probe = Probe::new(move |_, job| {
        count.count();
        std::future::ready(Ok(job))
    });
    let dispatcher = probe.with_limits(at_once, LEASE).into_dispatcher();
    let consumer = tokio::spawn(Consumer::new(broker.clone()).run(dispatcher.clone()));
    tally.done().await;
    dispatcher.shutdown().cancel();
    consumer.await.expect("no panic")?;
    broker.close().await?;
    Ok(Speed { publish, consume: tally.speed() })
}

/// Sends one message after the other.
pub(crate) async fn send(broker: Broker, messages: usize) -> Result<(), Status> {
    let (client, job) = (Client::new(broker), Job::new("x".repeat(200), 0));
    for _ in 0..messages {
        client.send(&INFO, RUN, &Context::new(), &job, SendOptions::default()).await?;
    }
    Ok(())
}

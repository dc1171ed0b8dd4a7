//! A store in which attempts cannot begin: what never will is a dead letter at once, and
//! what may later comes again after a pause, rather than over and over.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use agentgen::Context;
use agentgen::broker::{
    Backend, Broker, Capabilities, Delivery, Depth, Error, ErrorKind, Lease, Publish, Published,
    Settlement, Start, Stored, Subscriber, Subscription,
};
use agentgen::queue::{Client, Options, SendOptions, dead_letters};
use agentgen::testing::probe::{INFO, Job, RUN};
use futures_util::future::BoxFuture;

use super::local::{Local, until};

/// The in-memory broker, whose leases refuse to start.
#[derive(Clone)]
struct Unstartable {
    inner: Broker,
    kind: ErrorKind,
    asked: Arc<AtomicU32>,
}

struct Group(Box<dyn Subscriber>, Unstartable);

struct Refusing(Delivery, Unstartable);

impl Backend for Unstartable {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn publish(&self, message: Publish) -> BoxFuture<'_, Result<Published, Error>> {
        Box::pin(self.inner.publish(message))
    }

    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'_, Result<Box<dyn Subscriber>, Error>> {
        Box::pin(async move {
            let group = self.inner.subscribe(subscription).await?;
            Ok(Box::new(Group(group, self.clone())) as Box<dyn Subscriber>)
        })
    }

    fn depth<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<Depth, Error>> {
        Box::pin(self.inner.depth(subject))
    }

    fn browse<'a>(
        &'a self,
        subject: &'a str,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Stored>, Error>> {
        Box::pin(self.inner.browse(subject, after, limit))
    }

    fn close(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(self.inner.close())
    }
}

impl Subscriber for Group {
    fn next(&mut self, max: usize) -> BoxFuture<'_, Result<Vec<Delivery>, Error>> {
        Box::pin(async move {
            let deliveries = self.0.next(max).await?;
            let refusing = deliveries.into_iter().map(|delivery| {
                let (subject, headers) = (delivery.subject.clone(), delivery.headers.clone());
                let (body, history) = (delivery.body.clone(), delivery.history.clone());
                let lease = Arc::new(Refusing(delivery, self.1.clone()));
                Delivery::new(subject, headers, body, history, lease)
            });
            Ok(refusing.collect())
        })
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), Error>> {
        self.0.close()
    }
}

impl Lease for Refusing {
    fn start<'a>(&'a self, _: Option<&'a str>) -> BoxFuture<'a, Result<Start, Error>> {
        self.1.asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(std::future::ready(Err(Error::new(self.1.kind, "the disk is on fire"))))
    }

    fn renew(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(self.0.renew())
    }

    fn settle(&self, settlement: Settlement) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(self.0.settle(settlement))
    }

    fn abandon(self: Arc<Self>) {}
}

/// A consumer of one message whose attempt cannot begin.
async fn consumed(kind: ErrorKind) -> (Broker, Arc<AtomicU32>, Local) {
    let inner = Broker::open("memory:").await.expect("the broker opens");
    let asked = Arc::default();
    let broker = Broker::new(Unstartable { inner, kind, asked: Arc::clone(&asked) });
    let (client, job) = (Client::new(broker.clone()), Job::new("a", 1));
    let sent = client.send(&INFO, RUN, &Context::new(), &job, SendOptions::default()).await;
    sent.expect("accepted");
    let consumer = Local::start(&broker, Options::default(), |_, job| async { Ok(job) });
    until("an attempt", async || asked.load(Ordering::Relaxed) > 0).await;
    (broker, asked, consumer)
}

#[tokio::test]
async fn an_attempt_that_can_never_begin_is_dead_lettered() {
    for kind in [ErrorKind::Config, ErrorKind::Refused] {
        let (broker, asked, consumer) = consumed(kind).await;
        let dead = async || dead_letters(&broker, "probe.run.dead", 0, 10).await.expect("letters");
        until("a dead letter", async || dead().await.len() == 1).await;
        let letter = dead().await.remove(0);
        assert_eq!((&*letter.reason, letter.history.starts), ("NOT_RETRYABLE", 0));
        assert!(letter.message.contains("on fire"), "{letter:?}");
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        consumer.stop().await;
    }
}

#[tokio::test]
async fn an_attempt_that_may_begin_later_is_tried_after_a_pause() {
    let (broker, asked, consumer) = consumed(ErrorKind::Unavailable).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(asked.load(Ordering::Relaxed), 1, "tried again and again");
    assert_eq!(broker.depth("probe.run").await.expect("the depth").delayed, 1);
    consumer.stop().await;
}

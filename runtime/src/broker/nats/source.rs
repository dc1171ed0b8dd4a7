//! Pulling: one inbox for all lanes of a group, and requests that are repeated
//! when they end or the connection is a new one.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use async_nats::jetstream::Message as Delivered;
use async_nats::{StatusCode, Subscriber};
use futures_core::future::BoxFuture;
use futures_util::{FutureExt as _, StreamExt as _};
use serde::Serialize;

use super::receipt::Ack;
use super::recovery::Recovery;
use super::requests::Requests;
use super::topology::{self, Topology};
use super::{message, names, unavailable};
use crate::broker::remote::{Parcel, Pulse, Source, is_reply};
use crate::broker::{Error, ErrorKind, Subscription};

/// How long the server keeps a request that it cannot fill.
const EXPIRES: Duration = Duration::from_secs(10);

/// One consumer of a group.
pub(super) struct Pull {
    topology: Arc<Topology>,
    subscription: Subscription,
    inbox: Subscriber,
    requests: Requests,
    connected: tokio::sync::watch::Receiver<u64>,
    /// Whether the group has to be declared (again).
    joined: bool,
    pulse: Pulse,
    recovery: Recovery,
}

#[derive(Serialize)]
struct Request {
    batch: usize,
    expires: u64,
}

impl Pull {
    pub(super) async fn start(
        topology: Arc<Topology>,
        mut subscription: Subscription,
    ) -> Result<Self, Error> {
        if is_reply(&subscription.subject) {
            // Callers share a stream, where consumers are told apart by their groups.
            subscription.group.clone_from(&subscription.subject);
        }
        topology.join(&subscription).await?;
        let client = &topology.connection.client;
        let address = client.new_inbox();
        let inbox = client.subscribe(format!("{address}.>")).await.map_err(unavailable)?;
        let connected = topology.connection.connected.clone();
        let (stream, _) = names::stream(&topology.config.prefix, &subscription.subject);
        let consumers = topology::lanes().map(|lane| names::consumer(&subscription.group, lane));
        let requests = Requests::new(address, stream, consumers.collect());
        let pulse = Pulse::new(subscription.lease);
        let mut recovery = Recovery::default();
        recovery.begin(&topology, &subscription.subject);
        let mut pull = Self {
            topology,
            subscription,
            inbox,
            requests,
            connected,
            joined: true,
            pulse,
            recovery,
        };
        pull.connected.mark_unchanged();
        Ok(pull)
    }

    /// Asks every lane for as much as is missing.
    async fn ask(&mut self, max: usize) -> Result<(), Error> {
        if !self.joined {
            Box::pin(self.topology.join(&self.subscription)).await.map_err(not_now)?;
            self.joined = true;
        }
        if self.requests.is_empty() {
            self.pulse.rest();
        }
        let expires = u64::try_from(EXPIRES.as_nanos()).unwrap_or(u64::MAX);
        while let Some(next) = self.requests.missing(max) {
            let request = Request { batch: next.batch, expires };
            let body = serde_json::to_vec(&request).unwrap_or_default();
            let client = &self.topology.connection.client;
            let (subject, reply) = (next.subject.clone(), next.reply.clone());
            let sent = client.publish_with_reply(subject, reply, body.into()).await;
            sent.map_err(unavailable)?;
            self.requests.sent(&next, Instant::now() + EXPIRES + Duration::from_secs(2));
        }
        Ok(())
    }

    /// A message as a parcel; anything else is about a request.
    fn take(&mut self, message: async_nats::Message) -> Result<Option<Parcel>, Error> {
        match message.status {
            None | Some(StatusCode::OK) => return self.parcel(message).map(Some),
            Some(StatusCode::IDLE_HEARTBEAT) => {}
            Some(status) => {
                self.requests.ended(&message.subject);
                let timed_out = status == StatusCode::TIMEOUT || status == StatusCode::NOT_FOUND;
                if !timed_out {
                    // The consumer is gone, or the server is not ready.
                    self.joined = false;
                    let text = message.description.unwrap_or_else(|| status.to_string());
                    let text = format!("NATS does not deliver: {text}");
                    return Err(Error::new(ErrorKind::Unavailable, text));
                }
            }
        }
        Ok(None)
    }

    fn parcel(&mut self, message: async_nats::Message) -> Result<Parcel, Error> {
        let leased_at = self.pulse.leased_at();
        let connection = &self.topology.connection;
        let delivered = Delivered { message, context: connection.jetstream.clone() };
        let info = delivered.info().map_err(unavailable)?;
        let published = SystemTime::from(info.published);
        let (id, redelivered) = (id(info.stream_sequence, published), info.delivered > 1);
        self.requests.filled(info.consumer);
        let Delivered { message, .. } = delivered;
        let headers = message.headers.unwrap_or_default();
        let age = connection.clock.age(published);
        let no_reply = || Error::new(ErrorKind::Incompatible, "a delivery without a reply subject");
        let receipt =
            Ack { client: connection.client.clone(), reply: message.reply.ok_or_else(no_reply)? };
        Ok(Parcel {
            id,
            headers: message::read(&headers),
            body: message.payload,
            redelivered,
            due_in: message::due_in(&headers, age),
            expired: message::expired(&headers, age),
            leased_at,
            receipt: Arc::new(receipt),
        })
    }

    /// Waits until something happened, and returns the messages among it.
    async fn happen(&mut self, max: usize) -> Result<Vec<Parcel>, Error> {
        let first = tokio::select! {
            biased;
            message = self.inbox.next() => message,
            connected = self.connected.changed() => {
                // The server has forgotten what it was asked for.
                self.requests.clear();
                self.joined = connected.is_err();
                self.recovery.begin(&self.topology, &self.subscription.subject);
                return Ok(Vec::new());
            }
            () = tokio::time::sleep(self.pulse.every()) => {
                self.pulse.beat();
                self.requests.forget_overdue();
                return Ok(Vec::new());
            }
        };
        let mut parcels = Vec::new();
        let mut next = Some(first);
        while let Some(message) = next {
            let gone = || Error::new(ErrorKind::Unavailable, "the connection to NATS is gone");
            match self.take(message.ok_or_else(gone)?) {
                Ok(parcel) => parcels.extend(parcel),
                Err(error) if parcels.is_empty() => return Err(error),
                // What came before it is not lost with it.
                Err(error) => tracing::warn!(%error, "while messages were taken"),
            }
            next = if parcels.len() < max { self.inbox.next().now_or_never() } else { None };
        }
        Ok(parcels)
    }
}

/// A server that was just restarted refuses what it had accepted before: that
/// ends no consumer.
fn not_now(error: Error) -> Error {
    if error.kind() != ErrorKind::Config {
        return error;
    }
    Error::new(ErrorKind::Unavailable, "the group cannot be joined again yet").with_source(error)
}

/// What no other message of the server is called, even after its stream was
/// made again.
pub(super) fn id(sequence: u64, published: SystemTime) -> String {
    let since = published.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("{sequence}-{:x}", since.as_nanos())
}

impl Source for Pull {
    fn pull(&mut self, max: usize) -> BoxFuture<'_, Result<Vec<Parcel>, Error>> {
        Box::pin(async move {
            loop {
                self.ask(max).await?;
                let parcels = self.happen(max).await?;
                if !parcels.is_empty() {
                    return Ok(parcels);
                }
            }
        })
    }

    fn close(mut self: Box<Self>) -> BoxFuture<'static, Result<(), Error>> {
        Box::pin(async move {
            // What is on its way comes back after its lease, or at once.
            while let Some(Some(message)) = self.inbox.next().now_or_never() {
                if let Ok(Some(parcel)) = self.take(message) {
                    parcel.receipt.back(parcel.due_in).await?;
                }
            }
            self.inbox.unsubscribe().await.map_err(unavailable)?;
            if self.subscription.ephemeral {
                self.topology.leave(&self.subscription).await?;
            }
            Ok(())
        })
    }
}

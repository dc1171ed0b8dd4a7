//! `RabbitMQ`'s hold on a delivery.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_core::future::BoxFuture;
use lapin::BasicProperties;

use super::message::Marks;
use super::publisher::{Route, Sent};
use super::session::Session;
use super::source::Due;
use super::{Shared, hold, message};
use crate::broker::remote::Receipt;
use crate::broker::{Error, ErrorKind};

/// The longest that a message is kept over a channel for a pause: the server closes
/// the channel after 30 minutes, where it is not told otherwise.
const PARKED: Duration = Duration::from_secs(600);

pub(super) struct Delivery {
    pub(super) shared: Arc<Shared>,
    pub(super) session: Arc<Session>,
    pub(super) tag: u64,
    pub(super) place: Arc<Place>,
    pub(super) marks: Marks,
    pub(super) properties: BasicProperties,
    pub(super) body: Bytes,
}

/// Where deliveries come from.
pub(super) struct Place {
    pub(super) subject: String,
    pub(super) queue: String,
    /// Whether a message stays here over its pauses: in a lane, where nothing may
    /// overtake it, and in a group that is gone with its consumer.
    pub(super) stays: bool,
    pub(super) due: Due,
}

impl Delivery {
    pub(super) async fn acknowledge(&self) -> Result<(), Error> {
        self.session.acknowledge(self.tag).await
    }

    fn park(&self, pause: Duration) -> Result<(), Error> {
        self.place.due.set(&self.marks.id, Instant::now() + pause);
        self.session.park(self.tag, pause.min(PARKED))
    }

    /// Has it wait in the queue of such pauses. Where there is none (`topology=verify`), or
    /// it takes nothing (a server that is killed while it makes a queue may never bring it
    /// up), it waits here, for as long as this channel lives.
    async fn hold(&self, pause: Duration) -> Result<(), Error> {
        match self.copy(pause).await {
            Ok(()) => self.acknowledge().await,
            Err(error) if error.is_stale() || self.is_lost() => Err(Error::stale()),
            Err(error) => {
                tracing::debug!(%error, "a message waits over its channel");
                self.park(pause)
            }
        }
    }

    /// Puts a copy where it comes back from after a pause.
    async fn copy(&self, pause: Duration) -> Result<(), Error> {
        let (millis, left) = hold::step(pause);
        let Place { subject, queue, .. } = &*self.place;
        let after = self.shared.ensure_after(subject, queue, millis).await?;
        if self.is_lost() {
            return Err(Error::stale());
        }
        let marks = Marks { id: self.marks.id.clone(), left, again: true };
        let copy = message::again(&self.properties, &marks);
        let route = Route { exchange: "", key: &after };
        match self.shared.send(route, copy.into(), &self.body).await? {
            Sent::Stored => Ok(()),
            Sent::Unroutable => {
                self.shared.known.clear();
                let text = format!("queue `{after}` is gone; it is made again with the next try");
                Err(Error::new(ErrorKind::Unavailable, text))
            }
        }
    }
}

impl Receipt for Delivery {
    fn ack(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(self.acknowledge())
    }

    fn back(&self, delay: Duration) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move {
            if delay.is_zero() {
                return self.session.release(self.tag).await;
            }
            if self.place.stays { self.park(delay) } else { Box::pin(self.hold(delay)).await }
        })
    }

    fn extend(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(std::future::ready(self.session.extend(self.tag)))
    }

    fn is_lost(&self) -> bool {
        !self.session.is_alive()
    }
}

//! The consumers of a group: those of the lanes, one message at a time and each over a
//! channel of its own, and as many of the unordered queue as its prefetch took to grow.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::future::{join_all, try_join_all};
use futures_util::stream::{BoxStream, SelectAll};
use futures_util::{FutureExt as _, StreamExt as _};
use lapin::message::Delivery as Delivered;
use lapin::options::{BasicCancelOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::{FieldTable, ShortString};

use super::receipt::{Delivery, Place};
use super::session::{self, Session};
use super::source::{Arrived, Due};
use super::topology::Lane;
use super::{Shared, answered, intake, message, unavailable};
use crate::broker::remote::{Parcel, with_margin};
use crate::broker::{Error, Subscription};

/// The most that a consumer may have in hand, over all that it asked for.
const MOST: usize = 2000;

/// How often a silent channel is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// A delivery with the lane that it comes from, or the end of its consumer.
type Incoming = (usize, Option<lapin::Result<Delivered>>);

pub(super) struct Consuming {
    shared: Arc<Shared>,
    lanes: Vec<Lane>,
    /// Of each lane, as the two that follow.
    sessions: Vec<Arc<Session>>,
    places: Vec<Arc<Place>>,
    /// The consumers, and their lanes.
    tags: Vec<(usize, ShortString)>,
    incoming: SelectAll<BoxStream<'static, Incoming>>,
    /// What the consumers of the unordered queue may have in hand together.
    prefetch: usize,
}

/// What came over the channels.
pub(super) enum Happened {
    Arrived(Arrived),
    Nothing,
    /// Nothing more comes.
    Lost(&'static str),
}

impl Consuming {
    /// Joins the group, over channels of its own. Nothing is delivered yet.
    pub(super) async fn start(
        shared: &Arc<Shared>,
        subscription: &Subscription,
        due: &Due,
    ) -> Result<Self, Error> {
        let lanes = shared.join(subscription).await?;
        let link = shared.connection.consuming().await?;
        let channels = try_join_all(lanes.iter().map(|_| link.channel())).await?;
        let lease = with_margin(subscription.lease);
        let session = |(lane, channel): (&Lane, _)| {
            let (link, ordered) = (Arc::clone(&link), lane.lane.is_some());
            let session = Session::new(&shared.runtime, link, channel, lease, ordered);
            let session = Arc::new(session);
            shared.watch(&subscription.subject, &session);
            shared.runtime.spawn(session::keep(Arc::clone(&session)));
            session
        };
        let sessions = lanes.iter().zip(channels).map(session).collect();
        let place = |lane: &Lane| {
            Arc::new(Place {
                subject: subscription.subject.clone(),
                queue: lane.queue.clone(),
                stays: lane.lane.is_some() || subscription.ephemeral,
                due: due.clone(),
            })
        };
        let places = lanes.iter().map(place).collect();
        let (shared, incoming) = (Arc::clone(shared), SelectAll::new());
        let tags = Vec::new();
        Ok(Self { shared, lanes, sessions, places, tags, incoming, prefetch: 0 })
    }

    /// How many unordered messages are out of the server's hands, and wait for nobody.
    pub(super) fn out(&self) -> usize {
        let unordered = self.sessions.iter().find(|session| !session.ordered);
        unordered.map_or(0, |session| session.out())
    }

    /// Lets the server deliver so many unordered messages at once, those included that
    /// are out; and one of each lane.
    pub(super) async fn want(&mut self, prefetch: usize) -> Result<(), Error> {
        let prefetch = prefetch.min(MOST);
        let begins = self.prefetch == 0;
        // First, so that a lane that cannot be had keeps nothing else up.
        let unordered = self.lanes.iter().position(|lane| lane.lane.is_none());
        if let (Some(index), true) = (unordered, prefetch > self.prefetch) {
            // The limit is one of each consumer, and cannot be changed afterwards.
            self.consume(index, prefetch - self.prefetch).await?;
            self.prefetch = prefetch;
        }
        if begins {
            for index in 0..self.lanes.len() {
                if self.lanes[index].lane.is_some() {
                    self.consume(index, 1).await?;
                }
            }
        }
        Ok(())
    }

    async fn consume(&mut self, index: usize, prefetch: usize) -> Result<(), Error> {
        let channel = &self.sessions[index].channel;
        let prefetch = u16::try_from(prefetch).unwrap_or(u16::MAX);
        let limited = channel.basic_qos(prefetch, BasicQosOptions::default());
        answered(limited).await.map_err(unavailable)?;
        let tag = format!("agentgen-{}", self.tags.len());
        let (queue, tag) = (self.lanes[index].queue.as_str().into(), ShortString::from(tag));
        let options = BasicConsumeOptions::default();
        let asked = channel.basic_consume(queue, tag.clone(), options, FieldTable::default());
        // Known before it is answered: a consumer that is given up may come to be later.
        self.tags.push((index, tag));
        let consumer = answered(asked).await.map_err(unavailable)?;
        self.incoming.push(incoming(index, consumer).boxed());
        Ok(())
    }

    /// The next that comes. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Happened {
        let next = tokio::time::timeout(LOOK, async {
            match self.incoming.next().await {
                Some(next) => next,
                // Nothing is consumed yet.
                None => std::future::pending().await,
            }
        });
        let next = next.await;
        if !self.sessions.iter().all(|session| session.is_alive()) {
            return Happened::Lost("a channel is gone");
        }
        match next {
            Err(_) => Happened::Nothing,
            Ok((_, None)) => Happened::Lost("a queue is gone"),
            Ok((_, Some(Err(_)))) => Happened::Lost("a channel has failed"),
            Ok((index, Some(Ok(delivered)))) => {
                let arrived = self.arrived(index, delivered);
                if arrived.delivery.marks.id.is_empty() {
                    intake::begin(arrived.delivery);
                    return Happened::Nothing;
                }
                Happened::Arrived(arrived)
            }
        }
    }

    /// Ends the consumers, and gives back what nobody has asked for; what was handed out
    /// stays. Returns the group's queues.
    pub(super) async fn close(mut self) -> Vec<Lane> {
        let unordered = self.tags.iter().filter(|(index, _)| self.lanes[*index].lane.is_none());
        for (index, tag) in unordered {
            let (session, options) = (&self.sessions[*index], BasicCancelOptions::default());
            if answered(session.channel.basic_cancel(tag.clone(), options)).await.is_err() {
                // What it holds would wait for as long as the channel lasts.
                session.cut().await;
                break;
            }
        }
        // What came before the server heard of it.
        while let Some(Some((index, Some(Ok(delivered))))) = self.incoming.next().now_or_never() {
            self.arrived(index, delivered);
        }
        join_all(self.sessions.iter().map(|session| session.close())).await;
        // A consumer that is dropped is cancelled, which those of lanes must not be before
        // their channels end.
        let mut incoming = self.incoming;
        self.shared.runtime.spawn(async move { while incoming.next().await.is_some() {} });
        self.lanes
    }

    fn arrived(&self, index: usize, delivered: Delivered) -> Arrived {
        let place = Arc::clone(&self.places[index]);
        arrived(&self.shared, &self.sessions[index], place, delivered)
    }
}

/// What a consumer gets, and then its end.
fn incoming(
    index: usize,
    consumer: lapin::Consumer,
) -> impl Stream<Item = Incoming> + Send + 'static {
    let end = futures_util::stream::iter([None]);
    consumer.map(Some).chain(end).map(move |item| (index, item))
}

fn arrived(
    shared: &Arc<Shared>,
    session: &Arc<Session>,
    place: Arc<Place>,
    delivered: Delivered,
) -> Arrived {
    let now = Instant::now();
    let tag = delivered.delivery_tag;
    session.add(tag, now);
    let body = Bytes::from(delivered.data);
    let (headers, marks) = message::read(&delivered.properties);
    let redelivered =
        delivered.redelivered || marks.again || message::was_delivered(&delivered.properties);
    // A pause that was spent here goes on; any other has been spent on the server.
    let due_in = match place.due.left(&marks.id).filter(|_| redelivered) {
        Some(left) => left,
        None if redelivered && place.stays => Duration::ZERO,
        None => marks.left,
    };
    let delivery = Arc::new(Delivery {
        shared: Arc::clone(shared),
        session: Arc::clone(session),
        tag,
        place,
        marks,
        properties: delivered.properties,
        body: body.clone(),
    });
    let parcel = Parcel {
        id: delivery.marks.id.clone(),
        headers,
        body,
        redelivered,
        due_in,
        expired: false,
        leased_at: now,
        receipt: Arc::clone(&delivery) as _,
    };
    Arrived { parcel, delivery }
}

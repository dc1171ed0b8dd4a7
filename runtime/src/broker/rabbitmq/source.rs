//! Consuming: a task for each consumer of a group, which keeps a channel with as much
//! prefetch as was ever asked for at once, and makes it anew when it is gone.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_core::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};

use super::Shared;
use super::consuming::{Consuming, Happened};
use super::receipt::Delivery;
use super::topology::Lane;
use crate::broker::remote::{Parcel, Source};
use crate::broker::{Error, ErrorKind, Subscription};

/// The longest pause between two tries to consume again.
const MAX_PAUSE: Duration = Duration::from_secs(1);

/// When messages that stay here over a pause are due, by their ids.
#[derive(Clone, Default)]
pub(super) struct Due(Arc<Mutex<HashMap<String, Instant>>>);

impl Due {
    pub(super) fn set(&self, id: &str, due: Instant) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), due);
    }

    /// How long a message that comes again is to be held back still; `None` where it was not
    /// held back here.
    pub(super) fn left(&self, id: &str) -> Option<Duration> {
        let mut due = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = due.get(id)?.saturating_duration_since(Instant::now());
        if left.is_zero() {
            due.remove(id);
        }
        Some(left)
    }
}

/// A delivery on its way to who asks for it.
pub(super) struct Arrived {
    pub(super) parcel: Parcel,
    pub(super) delivery: Arc<Delivery>,
}

enum Order {
    /// So many unordered ones, beside those that are out.
    Want(usize),
    Close(oneshot::Sender<Vec<Lane>>),
}

/// One consumer of a group.
pub(super) struct Member {
    shared: Arc<Shared>,
    subscription: Subscription,
    orders: mpsc::UnboundedSender<Order>,
    arrivals: mpsc::UnboundedReceiver<Result<Arrived, Error>>,
}

impl Member {
    pub(super) async fn start(
        shared: Arc<Shared>,
        subscription: Subscription,
    ) -> Result<Self, Error> {
        let due = Due::default();
        let mut consuming = Consuming::start(&shared, &subscription, &due).await;
        // Once more, where the connection was lost over it: a process that is suspended
        // while it joins loses it for certain.
        if consuming.as_ref().is_err_and(Error::is_retryable) {
            consuming = Consuming::start(&shared, &subscription, &due).await;
        }
        let consuming = consuming?;
        let (orders, ordered) = mpsc::unbounded_channel();
        let (arrived, arrivals) = mpsc::unbounded_channel();
        let task = Task {
            shared: Arc::clone(&shared),
            subscription: subscription.clone(),
            orders: ordered,
            arrived,
            due,
            prefetch: 0,
        };
        shared.runtime.spawn(task.run(consuming));
        Ok(Self { shared, subscription, orders, arrivals })
    }

    /// What has arrived and is to be had still.
    fn accept(found: &mut Vec<Parcel>, arrived: Result<Arrived, Error>) -> Result<(), Error> {
        let Arrived { parcel, delivery } = arrived?;
        if delivery.session.take(delivery.tag) {
            found.push(parcel);
        }
        Ok(())
    }
}

impl Source for Member {
    fn pull(&mut self, max: usize) -> BoxFuture<'_, Result<Vec<Parcel>, Error>> {
        Box::pin(async move {
            let ended = || Error::new(ErrorKind::Closed, "the consumer of RabbitMQ has ended");
            self.orders.send(Order::Want(max)).map_err(|_| ended())?;
            let mut found = Vec::new();
            while found.is_empty() {
                let first = self.arrivals.recv().await.ok_or_else(ended)?;
                Self::accept(&mut found, first)?;
            }
            while found.len() < max
                && let Ok(Ok(next)) = self.arrivals.try_recv()
            {
                Self::accept(&mut found, Ok(next))?;
            }
            Ok(found)
        })
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), Error>> {
        Box::pin(async move {
            let (sender, closed) = oneshot::channel();
            // A task that has ended holds nothing.
            let _ = self.orders.send(Order::Close(sender));
            let Ok(lanes) = closed.await else { return Ok(()) };
            if self.subscription.ephemeral {
                self.shared.leave(&self.subscription.subject, &lanes).await?;
            }
            Ok(())
        })
    }
}

/// The task of a consumer.
struct Task {
    shared: Arc<Shared>,
    subscription: Subscription,
    orders: mpsc::UnboundedReceiver<Order>,
    arrived: mpsc::UnboundedSender<Result<Arrived, Error>>,
    due: Due,
    /// The most that was asked for, with what was out then; 0 until anything was.
    prefetch: usize,
}

/// Why a channel is not consumed over any more.
enum End {
    Closed(Option<oneshot::Sender<Vec<Lane>>>),
    Lost,
}

impl Task {
    async fn run(mut self, mut consuming: Consuming) {
        loop {
            let end = self.serve(&mut consuming).await;
            let lanes = consuming.close().await;
            if let End::Closed(told) = end {
                if let Some(told) = told {
                    let _ = told.send(lanes);
                }
                return;
            }
            // A queue may be gone as well.
            self.shared.known.clear();
            match self.again().await {
                Some(next) => consuming = next,
                None => return,
            }
        }
    }

    /// Consumes until the channel is gone, or nobody wants it any more.
    async fn serve(&mut self, consuming: &mut Consuming) -> End {
        if self.prefetch > 0
            && let Err(error) = consuming.want(self.prefetch).await
        {
            tracing::warn!(%error, "while a consumer of RabbitMQ was started again");
            return End::Lost;
        }
        loop {
            let happened = tokio::select! {
                biased;
                order = self.orders.recv() => Err(order),
                happened = consuming.next() => Ok(happened),
            };
            match happened {
                Err(Some(Order::Want(max))) => {
                    self.prefetch = self.prefetch.max(consuming.out() + max);
                    if let Err(error) = consuming.want(self.prefetch).await {
                        tracing::warn!(%error, "RabbitMQ delivers no more over this channel");
                        return End::Lost;
                    }
                }
                Err(Some(Order::Close(told))) => return End::Closed(Some(told)),
                Err(None) => return End::Closed(None),
                Ok(Happened::Arrived(arrived)) => {
                    // Where nobody takes it, it goes back with the close that follows.
                    let _ = self.arrived.send(Ok(arrived));
                }
                Ok(Happened::Nothing) => {}
                Ok(Happened::Lost(why)) => {
                    tracing::warn!(why, subject = self.subscription.subject, "consuming again");
                    return End::Lost;
                }
            }
        }
    }

    /// Begins to consume again, as soon as it can be; `None` where nobody waits for it.
    async fn again(&mut self) -> Option<Consuming> {
        let mut pause = Duration::from_millis(20);
        loop {
            let (shared, subscription) = (Arc::clone(&self.shared), self.subscription.clone());
            let due = self.due.clone();
            let mut work = pin!(Consuming::start(&shared, &subscription, &due));
            let started = loop {
                tokio::select! {
                    biased;
                    started = &mut work => break started,
                    order = self.orders.recv() => self.meanwhile(order)?,
                }
            };
            match started {
                Ok(consuming) => return Some(consuming),
                Err(error) if error.is_retryable() => {
                    tracing::debug!(%error, "RabbitMQ is not back yet");
                }
                Err(error) => {
                    let _ = self.arrived.send(Err(error));
                    return None;
                }
            }
            let until = tokio::time::Instant::now() + pause;
            while let Ok(order) = tokio::time::timeout_at(until, self.orders.recv()).await {
                self.meanwhile(order)?;
            }
            pause = (pause * 2).min(MAX_PAUSE);
        }
    }

    /// Takes an order while there is no channel; `None` where it is the last.
    fn meanwhile(&mut self, order: Option<Order>) -> Option<()> {
        match order? {
            Order::Want(max) => {
                self.prefetch = self.prefetch.max(max);
                Some(())
            }
            // What was held is back with its channel; an ephemeral group expires.
            Order::Close(told) => {
                let _ = told.send(Vec::new());
                None
            }
        }
    }
}

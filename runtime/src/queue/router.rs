//! Leads replies to the calls that wait for them: one subscription for all
//! calls of a client, on a subject that goes with it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::{self, error::TrySendError};
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use super::envelope::names;
use crate::Metadata;
use crate::broker::{Broker, CALLERS, Delivery, Error, Settlement, Subscriber, Subscription};

/// How many replies of one call are taken before the caller has read them;
/// the broker keeps the others.
const BUFFER: usize = 32;

/// How many replies are taken at once, over all calls.
const BATCH: usize = 64;

/// The lease of a reply: it is only held to be handed over.
const LEASE: Duration = Duration::from_secs(30);

/// The pause before a reply is offered again to a caller that is slow, and
/// after the broker failed.
const PAUSE: Duration = Duration::from_millis(20);

/// The calls that wait, by the id of their request; `None` once no reply comes
/// any more.
type Waiting = Arc<Mutex<Option<HashMap<String, mpsc::Sender<Answer>>>>>;

/// One reply, as it came.
pub(super) struct Answer {
    pub(super) headers: Metadata,
    pub(super) body: bytes::Bytes,
}

/// The replies of one client.
pub(super) struct Router {
    /// Where they are sent to.
    pub(super) subject: String,
    waiting: Waiting,
    _stop: DropGuard,
}

/// The replies of one call, until it is dropped.
pub(super) struct Mailbox {
    request_id: String,
    waiting: Waiting,
    answers: mpsc::Receiver<Answer>,
}

impl Router {
    /// Begins to take replies.
    pub(super) async fn start(broker: &Broker) -> Result<Self, Error> {
        let subject = format!("agentgen.reply.{}", Uuid::now_v7());
        let mut subscription = Subscription::new(subject.as_str(), CALLERS, LEASE);
        subscription.ephemeral = true;
        let subscriber = broker.subscribe(subscription).await?;
        let waiting = Arc::new(Mutex::new(Some(HashMap::new())));
        let stop = CancellationToken::new();
        tokio::spawn(route(subscriber, Arc::clone(&waiting), stop.clone()));
        Ok(Self { subject, waiting, _stop: stop.drop_guard() })
    }

    /// Waits for the replies to a request; to be called before it is sent.
    pub(super) fn expect(&self, request_id: &str) -> Mailbox {
        let (sender, answers) = mpsc::channel(BUFFER);
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waiting) = waiting.as_mut() {
            waiting.insert(request_id.to_owned(), sender);
        }
        let (request_id, waiting) = (request_id.to_owned(), Arc::clone(&self.waiting));
        Mailbox { request_id, waiting, answers }
    }
}

impl Mailbox {
    /// The next reply; `None` once the broker is closed.
    pub(super) async fn next(&mut self) -> Option<Answer> {
        self.answers.recv().await
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waiting) = waiting.as_mut() {
            waiting.remove(&self.request_id);
        }
    }
}

async fn route(mut subscriber: Box<dyn Subscriber>, waiting: Waiting, stop: CancellationToken) {
    loop {
        let taken = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            taken = subscriber.next(BATCH) => taken,
        };
        match taken {
            Ok(deliveries) => {
                let handed = deliveries.iter().map(|delivery| hand_over(delivery, &waiting));
                futures_util::future::join_all(handed).await;
            }
            Err(error) if error.is_retryable() => tokio::time::sleep(PAUSE).await,
            Err(_) => break,
        }
    }
    // Ends the calls that wait, and those to come.
    *waiting.lock().unwrap_or_else(PoisonError::into_inner) = None;
    if let Err(error) = subscriber.close().await {
        tracing::debug!(%error, "a reply subject is left to expire");
    }
}

/// Hands a reply to its call. One that nobody waits for, late or twice
/// delivered, is dropped.
async fn hand_over(delivery: &Delivery, waiting: &Waiting) {
    let settled = if offer(delivery, waiting) {
        delivery.ack().await
    } else {
        delivery.settle(Settlement::Release { delay: PAUSE }).await
    };
    if let Err(error) = settled {
        tracing::debug!(%error, "a reply may be delivered again");
    }
}

/// Whether the reply is done with.
fn offer(delivery: &Delivery, waiting: &Waiting) -> bool {
    let headers = &delivery.headers;
    // Programs that know no envelope send the id of the request back, if anything.
    let request_id = headers.get(names::CAUSATION_ID).or(headers.get(names::CORRELATION_ID));
    let request_id = request_id.unwrap_or_default();
    let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(sender) = waiting.as_ref().and_then(|waiting| waiting.get(request_id)) else {
        return true;
    };
    let answer = Answer { headers: delivery.headers.clone(), body: delivery.body.clone() };
    !matches!(sender.try_send(answer), Err(TrySendError::Full(_)))
}

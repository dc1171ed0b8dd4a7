//! A member of a consumer group, which the consumers of one group in this process
//! share. A thread asks Kafka all the time, also while everything is being
//! handled: who does not ask is thrown out.
//!
//! While there is no room for more, what the client library has fetched ahead is left
//! with it, for a moment: told to stop fetching it drops that, and told to go on it
//! takes up to a second before it fetches the same again. It is told to stop where
//! nothing is done with for longer, so that news, which waits beside the messages,
//! is heard of.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, Rebalance};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::{ClientContext, TopicPartitionList};
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};

use super::connection::Connection;
use super::desk::Desk;
use super::message::Record;
use super::{commit, takeover};
use crate::broker::Error;

/// How long Kafka is asked at once.
const POLL: Duration = Duration::from_millis(50);

/// How many messages are taken at once, and how long the next one is waited for.
const BATCH: usize = 500;
const TOGETHER: Duration = Duration::from_millis(1);

/// How often it is looked whether there is room again, and how long Kafka is not asked
/// at most meanwhile, or a fifth of a session.
const LOOK: Duration = Duration::from_millis(5);
const UNASKED: Duration = Duration::from_secs(2);

/// How long a partition that is to be given away is kept until what is being
/// written down is.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long after a suspension the news of lost partitions may be on its way.
const DOUBT: Duration = Duration::from_secs(1);

/// How the messages come.
pub(super) enum Mode {
    /// By the consumer group of this name.
    Group(String),
    /// All of these partitions, from these offsets; of a topic that is shared, the
    /// messages with this key.
    Alone { from: TopicPartitionList, key: Option<String> },
}

/// What the thread, the consumers and the committer share.
pub(super) struct Hub {
    pub(super) connection: Arc<Connection>,
    pub(super) topic: String,
    pub(super) mode: Mode,
    desk: Mutex<Desk>,
    /// A message may be ready.
    pub(super) arrived: Notify,
    /// Something is to be written down.
    pub(super) dirty: Notify,
    /// The number of the last settlement that is written down; moves too when
    /// partitions go.
    pub(super) written: watch::Sender<u64>,
    /// Whether something is being written down.
    writing: Mutex<bool>,
    wrote: Condvar,
    /// When Kafka was asked last, and until when it is not known whether the
    /// partitions are still ours.
    asked: Mutex<(Instant, Instant)>,
    seats: AtomicUsize,
    ended: AtomicBool,
    pub(super) gone: watch::Sender<bool>,
    runtime: Handle,
}

/// Kafka's view of it.
pub(super) struct Events(Arc<Hub>);

impl Hub {
    /// Begins to ask Kafka.
    pub(super) fn start(
        connection: Arc<Connection>,
        topic: String,
        mode: Mode,
    ) -> Result<Arc<Self>, Error> {
        let hub = Arc::new(Self {
            connection,
            topic,
            mode,
            desk: Mutex::default(),
            arrived: Notify::new(),
            dirty: Notify::new(),
            written: watch::Sender::new(0),
            writing: Mutex::new(false),
            wrote: Condvar::new(),
            asked: Mutex::new((Instant::now(), Instant::now())),
            seats: AtomicUsize::new(0),
            ended: AtomicBool::new(false),
            gone: watch::Sender::new(false),
            runtime: Handle::current(),
        });
        let consumer = Arc::new(hub.consumer()?);
        tokio::spawn(commit::run(Arc::clone(&hub), Arc::downgrade(&consumer)));
        let working = Arc::clone(&hub);
        let thread = std::thread::Builder::new().name("kafka".to_owned());
        thread.spawn(move || working.work(consumer)).map_err(super::unavailable)?;
        Ok(hub)
    }

    fn consumer(self: &Arc<Self>) -> Result<BaseConsumer<Events>, Error> {
        let group = match &self.mode {
            Mode::Group(group) => group.as_str(),
            // Named, as the client library wants it, and never joined.
            Mode::Alone { .. } => "agentgen",
        };
        let settings = self.connection.consumer_settings(group);
        let consumer: BaseConsumer<Events> = settings
            .create_with_context(Events(Arc::clone(self)))
            .map_err(super::connection::refused)?;
        match &self.mode {
            Mode::Group(_) => consumer.subscribe(&[&self.topic]),
            Mode::Alone { from, .. } => {
                let mut desk = self.desk();
                for element in from.elements() {
                    let offset = element.offset().to_raw().unwrap_or_default();
                    let epoch = desk.gain(element.partition());
                    let place = (element.partition(), epoch);
                    desk.begin(place, <_>::default(), offset, offset);
                }
                consumer.assign(from)
            }
        }
        .map_err(super::unavailable)?;
        Ok(consumer)
    }

    pub(super) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this process was suspended for so long that its partitions may have
    /// gone to others, and has not been told yet.
    pub(super) fn in_doubt(&self) -> bool {
        let (asked, until) = *self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let grouped = matches!(self.mode, Mode::Group(_));
        grouped && (asked.elapsed() > self.connection.config.session / 2 || Instant::now() < until)
    }

    fn ask_again(&self) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if now.duration_since(asked.0) > self.connection.config.session / 2 {
            asked.1 = now + DOUBT;
        }
        asked.0 = now;
    }

    /// Another consumer in this process; `false` where the hub has ended.
    pub(super) fn enter(&self) -> bool {
        self.seats.fetch_add(1, Ordering::SeqCst);
        !self.has_ended()
    }

    pub(super) fn leave(&self) {
        let last = self.seats.fetch_sub(1, Ordering::SeqCst) == 1;
        if last && let Mode::Alone { .. } = self.mode {
            // The group goes with its consumer.
            self.end();
        }
    }

    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
        self.arrived.notify_waiters();
        self.dirty.notify_one();
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }

    /// The thread's work, until the last consumer has left and what it held is
    /// done with.
    fn work(self: Arc<Self>, consumer: Arc<BaseConsumer<Events>>) {
        let unasked = UNASKED.min(self.connection.config.session / 5);
        let (mut idle_since, mut asked) = (None, Instant::now());
        while !self.has_ended() {
            let room = self.desk().room();
            if room > 0 {
                self.ask_again();
                self.fetch(&consumer, room.min(BATCH));
                asked = Instant::now();
            } else {
                std::thread::sleep(LOOK);
            }
            self.hold_back(&consumer, asked.elapsed() > unasked);
            let idle = self.seats.load(Ordering::SeqCst) == 0 && self.desk().leased() == 0;
            idle_since = idle.then(|| idle_since.unwrap_or_else(Instant::now));
            // Whoever has just asked for a place is still on the way to it.
            if idle_since.is_some_and(|since: Instant| since.elapsed() > POLL * 4) {
                self.end();
            }
        }
        self.wait_until_written();
        // Leaves the group.
        drop(consumer);
        self.desk().lose_all();
        self.written.send_modify(|_| {});
        self.gone.send_replace(true);
    }

    /// Takes everything that has come, up to `most`, so that messages of several
    /// partitions are there together, and go out in the order of their publication.
    fn fetch(&self, consumer: &BaseConsumer<Events>, most: usize) {
        let (mut arrived, mut wait) = (Vec::new(), POLL);
        while arrived.len() < most
            && let Some(polled) = consumer.poll(wait)
        {
            match polled {
                Ok(message) => arrived.push(self.read(&message)),
                Err(error) => self.trouble(&error),
            }
            wait = TOGETHER;
        }
        if arrived.is_empty() {
            return;
        }
        let mut desk = self.desk();
        for (place, offset, record) in arrived {
            desk.arrive(place, offset, record);
        }
        drop(desk);
        self.arrived.notify_waiters();
    }

    /// A message, with the assignment of its partition: that may end before the
    /// message is put down.
    fn read(&self, message: &BorrowedMessage<'_>) -> ((i32, u64), i64, Option<Record>) {
        let wanted = match &self.mode {
            Mode::Alone { key: Some(key), .. } => message.key() == Some(key.as_bytes()),
            _ => true,
        };
        let record = wanted.then(|| {
            let mut record = Record::read(message);
            if let Mode::Alone { key: Some(_), .. } = self.mode {
                // The key says whose the message is. The replies to one request come
                // in order, whatever is given back of them.
                let request = record.headers.get("ce-causationid").map(str::to_owned);
                record.key = request.map(Into::into);
            }
            record
        });
        let epoch = self.desk().epoch(message.partition());
        ((message.partition(), epoch), message.offset(), record)
    }

    /// No error ends the work: the client library tries again for ever.
    fn trouble(&self, error: &KafkaError) {
        tracing::debug!(%error, topic = self.topic, "Kafka does not deliver now");
        std::thread::sleep(POLL);
    }

    /// Stops fetching where there has been no room for `long`, until there is much.
    fn hold_back(&self, consumer: &BaseConsumer<Events>, long: bool) {
        let Some(stop) = self.desk().turn_of_the_tide(long) else { return };
        let Ok(partitions) = consumer.assignment() else { return };
        let done = if stop { consumer.pause(&partitions) } else { consumer.resume(&partitions) };
        if let Err(error) = done {
            tracing::warn!(%error, topic = self.topic, "fetching could not be stopped or resumed");
        }
    }

    /// Claims the right to write down what is settled.
    pub(super) fn begin_writing(&self) {
        *self.writing.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    pub(super) fn end_writing(&self) {
        *self.writing.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.wrote.notify_all();
    }

    /// A commit after the partition was given away would take its next owner back.
    fn wait_until_written(&self) {
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.wrote.wait_timeout_while(writing, PATIENCE, |writing| *writing);
        drop(waited);
    }

    fn gained(self: &Arc<Self>, consumer: &BaseConsumer<Events>, partitions: &TopicPartitionList) {
        let Mode::Group(_) = self.mode else { return };
        let mut desk = self.desk();
        let gained: Vec<_> = partitions
            .elements()
            .iter()
            .map(|element| (element.partition(), desk.gain(element.partition())))
            .collect();
        drop(desk);
        self.runtime.spawn(takeover::run(Arc::clone(self), gained));
        if self.desk().is_stopped()
            && let Err(error) = consumer.pause(partitions)
        {
            tracing::warn!(%error, topic = self.topic, "fetching could not be stopped");
        }
    }

    fn lost(&self, partitions: &TopicPartitionList) {
        self.wait_until_written();
        let mut desk = self.desk();
        for element in partitions.elements() {
            desk.lose(element.partition());
        }
        drop(desk);
        self.written.send_modify(|_| {});
    }
}

impl ClientContext for Events {}

impl ConsumerContext for Events {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Revoke(partitions) = rebalance {
            self.0.lost(partitions);
        }
    }

    fn post_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Assign(partitions) = rebalance {
            self.0.gained(consumer, partitions);
        }
    }
}

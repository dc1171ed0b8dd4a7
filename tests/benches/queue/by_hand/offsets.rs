//! How far a loop has come on Kafka, which knows one offset a partition: all before it is
//! done with. Work ends in any order; a thread commits together what is waiting, up to the
//! first message that is not done with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use rdkafka::consumer::{
    BaseConsumer, CommitMode, Consumer as _, ConsumerContext, Rebalance, StreamConsumer,
};
use rdkafka::{ClientContext, Offset, TopicPartitionList};
use tokio::sync::oneshot;

/// A partition, and the offset of a message.
pub(crate) type Place = (i32, i64);

struct Partition {
    /// What was taken and is not done with.
    open: BTreeSet<i64>,
    /// The offset after the last one that was taken.
    next: i64,
    committed: i64,
}

/// The partitions that this loop has.
#[derive(Default)]
pub(crate) struct Offsets(Mutex<BTreeMap<i32, Partition>>);

impl Offsets {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<i32, Partition>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A message was taken; what comes before the first one is committed.
    pub(crate) fn take(&self, (partition, offset): Place) {
        let first = || Partition { open: BTreeSet::new(), next: offset, committed: offset };
        let mut partitions = self.lock();
        let partition = partitions.entry(partition).or_insert_with(first);
        partition.open.insert(offset);
        partition.next = offset + 1;
    }

    /// Whether a partition of which something was taken is ours still.
    pub(crate) fn has(&self, partition: i32) -> bool {
        self.lock().contains_key(&partition)
    }

    fn close(&self, (partition, offset): Place) {
        // A partition that is gone is another's to commit.
        if let Some(partition) = self.lock().get_mut(&partition) {
            partition.open.remove(&offset);
        }
    }

    /// What is to be committed.
    fn due(&self, topic: &str) -> TopicPartitionList {
        let mut due = TopicPartitionList::new();
        let mut partitions = self.lock();
        for (number, partition) in partitions.iter_mut() {
            let done = partition.open.first().copied().unwrap_or(partition.next);
            if done > partition.committed {
                let at = Offset::Offset(done);
                due.add_partition_offset(topic, *number, at).expect("an offset");
                partition.committed = done;
            }
        }
        due
    }
}

impl ClientContext for Offsets {}

impl ConsumerContext for Offsets {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Revoke(gone) = rebalance {
            let mut partitions = self.lock();
            for element in gone.elements() {
                partitions.remove(&element.partition());
            }
        }
    }
}

/// Who is done with a message, and waits for that to be known.
type Done = (Place, oneshot::Sender<()>);

/// Leads to the thread.
#[derive(Clone)]
pub(crate) struct Committer(Sender<Done>);

impl Committer {
    /// Starts the thread, which ends with the last committer.
    pub(crate) fn start(
        consumer: Arc<StreamConsumer<Offsets>>,
        topic: &'static str,
    ) -> (Self, JoinHandle<()>) {
        let (sender, receiver) = mpsc::channel();
        let thread = thread::spawn(move || commit_what_comes(&consumer, topic, &receiver));
        (Self(sender), thread)
    }

    /// A message is done with; resolves once that is committed. Where one before it is not,
    /// it may come again: its work is known to be done then.
    pub(crate) async fn done(&self, place: Place) {
        let (sender, answer) = oneshot::channel();
        self.0.send((place, sender)).expect("the thread runs");
        answer.await.expect("the thread answers");
    }
}

fn commit_what_comes(consumer: &StreamConsumer<Offsets>, topic: &str, done: &Receiver<Done>) {
    let offsets = consumer.context();
    while let Ok(first) = done.recv() {
        let mut waiting = vec![first];
        waiting.extend(done.try_iter());
        for (place, _) in &waiting {
            offsets.close(*place);
        }
        let due = offsets.due(topic);
        if due.count() > 0 {
            consumer.commit(&due, CommitMode::Sync).expect("it is committed");
        }
        for (_, report) in waiting {
            // Whoever asked waits for it.
            let _ = report.send(());
        }
    }
}

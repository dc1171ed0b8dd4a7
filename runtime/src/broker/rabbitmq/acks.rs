//! Acknowledgements over one channel: those that come together are one, for all messages
//! up to a number, as far as nothing before it is under way. Told one by one, they cost the
//! server and the client more than the rest of a message.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use lapin::Channel;
use lapin::options::BasicAckOptions;
use tokio::sync::{mpsc, oneshot};

use super::{answered, session};
use crate::broker::Error;

/// The most that are looked at together.
const MOST: usize = 512;

/// What becomes of a message of the channel, by its delivery tag.
enum Note {
    /// To be acknowledged.
    Ack(u64, oneshot::Sender<Result<(), Error>>),
    /// The server has heard of its end.
    Gone(u64),
}

/// The way to the task that acknowledges.
pub(super) struct Acks(mpsc::UnboundedSender<Note>);

impl Acks {
    /// The work is for a task of its own, which ends with its channel's last delivery.
    pub(super) fn over(channel: Channel) -> (Self, impl Future<Output = ()> + Send) {
        let (sender, notes) = mpsc::unbounded_channel();
        (Self(sender), acknowledge(channel, notes))
    }

    /// Acknowledges; stale where the channel has ended, and the message is somebody else's.
    /// Dropping the future changes nothing.
    pub(super) fn ack(&self, tag: u64) -> impl Future<Output = Result<(), Error>> + Send {
        let (sender, heard) = oneshot::channel();
        // What cannot be sent is dropped, which is an answer too.
        let _ = self.0.send(Note::Ack(tag, sender));
        async { heard.await.unwrap_or_else(|_| Err(Error::stale())) }
    }

    /// Notes that the server was told of a message otherwise.
    pub(super) fn gone(&self, tag: u64) {
        let _ = self.0.send(Note::Gone(tag));
    }
}

async fn acknowledge(channel: Channel, mut notes: mpsc::UnboundedReceiver<Note>) {
    let (mut settled, mut batch) = (Settled::default(), Vec::new());
    while notes.recv_many(&mut batch, MOST).await > 0 {
        // Many end in one step of the ledger: the others are about to say so.
        tokio::task::yield_now().await;
        let more = std::iter::from_fn(|| notes.try_recv().ok());
        batch.extend(more.take(MOST));
        let frames = settled.frames(batch.drain(..));
        // Sent in this order; the server does not answer.
        join_all(frames.into_iter().map(|frame| frame.send(&channel))).await;
    }
}

/// An acknowledgement on its way, and who waits until it is told.
struct Frame {
    tag: u64,
    /// Of all messages up to this one.
    multiple: bool,
    waiting: Vec<oneshot::Sender<Result<(), Error>>>,
}

impl Frame {
    async fn send(self, channel: &Channel) {
        let Self { tag, multiple, waiting } = self;
        let told = answered(channel.basic_ack(tag, BasicAckOptions { multiple })).await;
        if told.is_err() {
            session::cut(channel).await;
        }
        for waiting in waiting {
            // Whoever waited may have gone.
            let _ = waiting.send(told.as_ref().map_err(|_| Error::stale()).copied());
        }
    }
}

/// The messages that are settled: all up to `all`, and the spans beyond it, each by its first
/// tag.
#[derive(Default)]
struct Settled {
    all: u64,
    beyond: BTreeMap<u64, u64>,
}

impl Settled {
    fn add(&mut self, tag: u64) {
        let (mut first, mut last) = (tag, tag);
        if let Some((&before, &end)) = self.beyond.range(..tag).next_back()
            && end + 1 == tag
        {
            first = before;
        }
        if let Some(end) = self.beyond.remove(&(tag + 1)) {
            last = end;
        }
        if first == self.all + 1 {
            self.beyond.remove(&first);
            self.all = last;
        } else {
            self.beyond.insert(first, last);
        }
    }

    /// What has to be said of these: of those that end where nothing before them is under
    /// way, one word; of each of the others its own.
    fn frames(&mut self, notes: impl Iterator<Item = Note>) -> Vec<Frame> {
        let mut acks = Vec::new();
        for note in notes {
            match note {
                Note::Ack(tag, waiting) => {
                    self.add(tag);
                    acks.push((tag, waiting));
                }
                Note::Gone(tag) => self.add(tag),
            }
        }
        let mut together = Frame { tag: 0, multiple: true, waiting: Vec::new() };
        let mut frames = Vec::new();
        for (tag, waiting) in acks {
            if tag <= self.all {
                together.tag = together.tag.max(tag);
                together.waiting.push(waiting);
            } else {
                frames.push(Frame { tag, multiple: false, waiting: vec![waiting] });
            }
        }
        // The tag 0 would mean all that there are.
        if together.tag > 0 {
            frames.push(together);
        }
        frames
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of these tags: of each whether all before it are meant, and how many wait.
    fn said(settled: &mut Settled, tags: &[u64]) -> Vec<(u64, bool, usize)> {
        let notes = tags.iter().map(|tag| Note::Ack(*tag, oneshot::channel().0));
        let frames = settled.frames(notes);
        frames.iter().map(|frame| (frame.tag, frame.multiple, frame.waiting.len())).collect()
    }

    #[test]
    fn those_before_which_nothing_is_under_way_are_acknowledged_together() {
        let mut settled = Settled::default();
        assert_eq!(said(&mut settled, &[3, 1, 2]), [(3, true, 3)]);
        assert_eq!(said(&mut settled, &[4]), [(4, true, 1)]);
    }

    #[test]
    fn what_is_under_way_is_never_acknowledged_by_another() {
        let mut settled = Settled::default();
        assert_eq!(said(&mut settled, &[2, 4, 3]), [(2, false, 1), (4, false, 1), (3, false, 1)]);
        // The server knows the others already, and would refuse to hear of them again.
        assert_eq!(said(&mut settled, &[1, 6]), [(6, false, 1), (1, true, 1)]);
        assert_eq!(settled.frames([Note::Gone(5)].into_iter()).len(), 0);
        assert_eq!(said(&mut settled, &[8, 7]), [(8, true, 2)]);
    }

    #[test]
    fn spans_are_kept_and_not_each_message() {
        let mut settled = Settled::default();
        for tag in (2..=1000).rev().filter(|tag| tag % 100 != 0) {
            settled.add(tag);
        }
        assert_eq!((settled.all, settled.beyond.len()), (0, 10));
        (1..=10).for_each(|hundred| settled.add(hundred * 100));
        settled.add(1);
        assert_eq!((settled.all, settled.beyond.len()), (1000, 0));
    }
}

//! What was asked for and has not come.

use std::time::Instant;

use async_nats::Subject;

/// The open requests of all lanes.
pub(super) struct Requests {
    inbox: String,
    stream: String,
    lanes: Vec<Lane>,
    number: u64,
}

struct Lane {
    consumer: String,
    open: Vec<Open>,
}

struct Open {
    reply: Subject,
    left: usize,
    until: Instant,
}

/// A request to send.
pub(super) struct Next {
    lane: usize,
    pub(super) subject: Subject,
    pub(super) reply: Subject,
    pub(super) batch: usize,
}

impl Requests {
    /// The first consumer is the unordered one.
    pub(super) fn new(inbox: String, stream: String, consumers: Vec<String>) -> Self {
        let lanes = consumers.into_iter().map(|consumer| Lane { consumer, open: Vec::new() });
        Self { inbox, stream, lanes: lanes.collect(), number: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lanes.iter().all(|lane| lane.open.is_empty())
    }

    /// The next request towards `max` unordered messages, and one of each
    /// other lane. Many are asked for at once: a request costs a message.
    pub(super) fn missing(&mut self, max: usize) -> Option<Next> {
        for (index, lane) in self.lanes.iter().enumerate() {
            let wanted = if index == 0 { max } else { 1 };
            let open: usize = lane.open.iter().map(|open| open.left).sum();
            let batch = wanted.saturating_sub(open);
            if batch > 0 && batch >= wanted.div_ceil(2) {
                self.number += 1;
                let consumer = &lane.consumer;
                let subject = format!("$JS.API.CONSUMER.MSG.NEXT.{}.{consumer}", self.stream);
                let reply = format!("{}.{}", self.inbox, self.number);
                return Some(Next {
                    lane: index,
                    subject: subject.into(),
                    reply: reply.into(),
                    batch,
                });
            }
        }
        None
    }

    pub(super) fn sent(&mut self, next: &Next, until: Instant) {
        let open = Open { reply: next.reply.clone(), left: next.batch, until };
        self.lanes[next.lane].open.push(open);
    }

    /// A message of this consumer has come.
    pub(super) fn filled(&mut self, consumer: &str) {
        let lane = self.lanes.iter_mut().find(|lane| lane.consumer == consumer);
        let Some(lane) = lane else { return };
        if let Some(first) = lane.open.first_mut() {
            first.left -= 1;
        }
        lane.open.retain(|open| open.left > 0);
    }

    /// Nothing more comes in answer to a request.
    pub(super) fn ended(&mut self, reply: &Subject) {
        for lane in &mut self.lanes {
            lane.open.retain(|open| open.reply != *reply);
        }
    }

    pub(super) fn forget_overdue(&mut self) {
        let now = Instant::now();
        for lane in &mut self.lanes {
            lane.open.retain(|open| open.until > now);
        }
    }

    pub(super) fn clear(&mut self) {
        for lane in &mut self.lanes {
            lane.open.clear();
        }
    }
}

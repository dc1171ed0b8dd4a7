//! Rpcs over a broker: the envelope of their messages, the consumer that
//! answers them, and the client that sends them.
//!
//! A request is a message on the rpc's subject. It is handled at least once,
//! and once per idempotency key or message id as long as its result is
//! remembered. What cannot be handled ends on the dead letter's subject, with
//! the reason; nothing is dropped in silence.

mod attempt;
mod client;
mod consumer;
mod dead;
mod envelope;
mod gate;
mod letters;
mod meters;
mod options;
mod ordering;
mod outcome;
mod replies;
mod reply;
mod request;
mod router;
mod watch;
mod worker;

pub use client::{Client, SendOptions, Sent};
pub use consumer::Consumer;
pub use dead::{DeadLetter, dead_letters};
pub use envelope::{Format, names};
pub use letters::{purge, purge_ids, replay, replay_ids};
pub use options::Options;

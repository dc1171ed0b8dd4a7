//! Rpcs over a broker: the envelope of their messages, the consumer that
//! answers them, and the client that sends them.
//!
//! A request is a message on the rpc's subject. It is handled at least once,
//! and once per idempotency key or message id as long as its result is
//! remembered. What cannot be handled ends on the dead letter's subject, with
//! the reason; nothing is dropped in silence.

mod accept;
mod attempt;
mod circuit;
mod claims;
mod client;
mod consumer;
mod dead;
mod envelope;
mod field;
mod gate;
mod letters;
mod meters;
mod namespace;
mod options;
mod outcome;
mod post;
mod replies;
mod reply;
mod request;
mod router;
mod scatter;
mod watch;
mod worker;
mod writer;

pub use accept::Foreign;
pub use circuit::{CircuitState, Circuits};
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) use claims::fit;
pub use claims::{ClaimStore, Claims, FolderClaims};
pub use client::{Client, SendOptions, Sent};
pub use consumer::Consumer;
pub use dead::{DeadLetter, dead_letters};
pub use envelope::{Format, names};
pub use letters::{purge, purge_ids, replay, replay_ids};
pub use options::Options;
pub use post::Post;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) use writer::Writer;

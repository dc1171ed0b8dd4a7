//! Streams of replies over HTTP: server-sent events, NDJSON, JSON arrays.
//!
//! Events that are ready together leave in one frame; the end of a stream is
//! an event of its own ([`encoder`]), since a browser takes a mere end for a
//! failure and connects again. What a client missed between two connections
//! comes from [`replay`].

mod accept;
mod encoder;
mod form;
mod replay;
mod response;
mod sending;
mod settings;

pub(crate) use accept::{asked_for, form, quality, resuming};
pub use replay::{MemoryReplay, Replay, ReplayEvent, ReplayStore, StreamKey};
pub(crate) use replay::{Session, Streams};
pub(crate) use response::{finished, unbuffered};
pub(crate) use settings::Settings;

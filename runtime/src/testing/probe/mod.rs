//! An agent whose handlers are closures: what the suite, and tests of
//! transports, serve. Its tables stand where generated ones would.

mod message;
mod service;
mod tables;

pub use message::Job;
pub use service::Probe;
pub use tables::{INFO, KEYED, ORDERED, RUN, RUNNING, STREAM, UNQUEUED};

//! The brokers: the behaviour suite on each, and what only a file can promise.

mod memory;
mod sqlite;

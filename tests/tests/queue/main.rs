//! The brokers: the behaviour suite on each, and what only a file can promise.

mod faults;
mod kill;
mod memory;
mod sqlite;

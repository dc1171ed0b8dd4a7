//! The brokers: the behaviour suite on each, what only a file can promise, and
//! what becomes of a process and its work.

mod faults;
mod kill;
mod memory;
mod sqlite;
mod stop;

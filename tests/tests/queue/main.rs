//! The brokers: the behaviour suite on each, what only a file can promise, and
//! what becomes of a process and its work.

mod access;
mod faults;
mod kill;
mod kill_broker;
mod memory;
mod nats;
mod pause;
mod redis;
mod server;
mod sqlite;
mod stop;
mod topology;

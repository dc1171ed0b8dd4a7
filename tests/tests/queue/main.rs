//! The brokers: the behaviour suite on each, what only a file can promise, and
//! what becomes of a process and its work; the fault plan.

mod access;
mod callers;
mod desk;
mod document;
mod faults;
mod health;
mod interop;
mod joined;
mod kafka;
mod kafka_access;
mod kafka_errors;
mod kafka_peer;
mod kill;
mod kill_broker;
mod ledgers;
mod logs;
mod memory;
mod meters;
mod nats;
mod outbox;
mod pause;
mod plan;
mod rabbitmq;
mod rabbitmq_foreign;
mod rebalance;
mod redis;
mod redis_entries;
mod sqlite;
mod stop;
mod topology;

use agentgen_tests::server;

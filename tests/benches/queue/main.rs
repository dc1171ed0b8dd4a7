//! The generated consumer beside a loop written by hand on the same client crate,
//! with the same guarantees: a message is confirmed when it is published and
//! dropped when it comes twice; an attempt is counted before it begins; its result
//! is remembered before the acknowledgement, which is confirmed. Best of
//! interleaved rounds, for one, 16 and 256 messages at once; then the memory of a
//! consumer.
//!
//! `cargo bench -p agentgen-tests --bench queue [BROKER…]`

mod memory;
mod nats;
mod ours;
mod plain;
mod redis;

use std::path::{Path, PathBuf};
use std::time::Instant;

use agentgen::Status;
use agentgen_tests::server;
use futures_util::future::BoxFuture;

/// Messages in flight, and messages a round.
const LOADS: [(usize, usize); 3] = [(1, 400), (16, 3_000), (256, 8_000)];
const ROUNDS: usize = 5;
/// What a request of the probe with a name of 200 bytes takes.
const BODY: [u8; 203] = [b'x'; 203];

/// Messages a second.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Speed {
    publish: f64,
    consume: f64,
}

impl Speed {
    fn max(self, other: Self) -> Self {
        Self { publish: self.publish.max(other.publish), consume: self.consume.max(other.consume) }
    }
}

/// What a round works on: a store of its own.
pub(crate) struct Round {
    pub(crate) url: String,
    pub(crate) at_once: usize,
    pub(crate) messages: usize,
}

type Play = fn(Round) -> BoxFuture<'static, Speed>;

/// A broker, how its rounds get a store, and the loop written by hand.
struct Row {
    name: &'static str,
    store: fn(&str) -> (String, Option<server::Server>),
    by_hand: Play,
}

const ROWS: [Row; 4] = [
    Row { name: "sqlite, full", store: |name| (file(name, "full"), None), by_hand: plain::round },
    Row {
        name: "sqlite, normal",
        store: |name| (file(name, "normal"), None),
        by_hand: plain::round,
    },
    Row { name: "nats", store: |_| at("nats", server::nats()), by_hand: nats::round },
    Row { name: "redis", store: |_| at("redis", server::redis()), by_hand: redis::round },
];

fn at(scheme: &str, server: server::Server) -> (String, Option<server::Server>) {
    (format!("{scheme}://127.0.0.1:{}", server.port), Some(server))
}

fn file(name: &str, synchronous: &str) -> String {
    format!("sqlite:{}?synchronous={synchronous}", fresh_file(name).display())
}

#[tokio::main]
async fn main() -> Result<(), Status> {
    let asked: Vec<_> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_asked =
        |row: &&Row| asked.is_empty() || asked.iter().any(|name| row.name.contains(name.as_str()));
    println!("{:<34}{:>10}{:>10}{:>8}", "messages a second", "by hand", "ours", "ratio");
    for row in ROWS.iter().filter(is_asked) {
        for (at_once, messages) in LOADS {
            let (mut by_hand, mut ours) = (Speed::default(), Speed::default());
            for number in 0..ROUNDS {
                let (url, _server) = (row.store)(&format!("hand-{number}"));
                by_hand = by_hand.max((row.by_hand)(Round { url, at_once, messages }).await);
                let (url, _server) = (row.store)(&format!("ours-{number}"));
                ours = ours.max(ours::round(Round { url, at_once, messages }).await?);
            }
            report(
                &format!("{}: publish, {at_once} at once", row.name),
                by_hand.publish,
                ours.publish,
            );
            report(
                &format!("{}: consume, {at_once} at once", row.name),
                by_hand.consume,
                ours.consume,
            );
        }
    }
    println!("\n{:<34}{:>10}{:>10}", "KiB of a consumer", "idle", "100,000");
    for row in ROWS.iter().filter(is_asked) {
        let (url, _server) = (row.store)("memory");
        let (idle, full) = memory::of_a_consumer(&url).await?;
        println!("{:<34}{idle:>10}{full:>10}", row.name);
    }
    Ok(())
}

fn report(name: &str, by_hand: f64, ours: f64) {
    println!("{name:<34}{by_hand:>10.0}{ours:>10.0}{:>8.2}", ours / by_hand);
}

fn fresh_file(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("queue-bench");
    std::fs::create_dir_all(&folder).expect("the folder for the files");
    for suffix in ["-wal", "-shm", ""] {
        // Left behind by an earlier run, if at all.
        let _ = std::fs::remove_file(folder.join(format!("{name}.db{suffix}")));
    }
    folder.join(format!("{name}.db"))
}

pub(crate) fn speed(messages: usize, since: Instant) -> f64 {
    let messages = u32::try_from(messages).map_or(f64::INFINITY, f64::from);
    messages / since.elapsed().as_secs_f64()
}

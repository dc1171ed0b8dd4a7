//! The generated consumer beside a loop written by hand on the same client crate, with
//! the same messages and the same guarantees, which `by_hand` lists. Best of
//! interleaved rounds, for one, 16 and 256 messages at once: publishing with confirmation,
//! consuming with an acknowledgement after the work, and both. Then the memory of a
//! consumer.
//!
//! `cargo bench -p agentgen-tests --bench queue [BROKER…] [AT ONCE…] [speed] [memory]`

mod by_hand;
mod memory;
mod ours;
mod tally;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use agentgen::Status;
use agentgen_tests::server::{self, Server};
use futures_util::future::LocalBoxFuture;

const ROUNDS: usize = 5;
const PARTS: [&str; 2] = ["speed", "memory"];

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

    /// Of publishing and consuming, one after the other.
    fn both(self) -> f64 {
        (self.publish.recip() + self.consume.recip()).recip()
    }
}

/// What a round works on: a store of its own.
pub(crate) struct Round {
    pub(crate) url: String,
    pub(crate) at_once: usize,
    pub(crate) messages: usize,
}

type Play = fn(Round) -> LocalBoxFuture<'static, Speed>;

/// A broker, how its rounds get a store, and the loop written by hand.
struct Row {
    name: &'static str,
    /// A store for a round of this name, and the server that goes with it, or is shared.
    store: fn(&str, &mut Option<Server>) -> (String, Option<Server>),
    by_hand: Play,
    /// Messages in flight, and messages a round.
    loads: [(usize, usize); 3],
}

const LOADS: [(usize, usize); 3] = [(1, 600), (16, 6_000), (256, 16_000)];
/// For brokers of a tenth of the speed.
const SLOW: [(usize, usize); 3] = [(1, 200), (16, 1_600), (256, 5_120)];

const ROWS: [Row; 6] = [
    Row {
        name: "sqlite, full",
        store: |name, _| (file(name, "full"), None),
        by_hand: by_hand::sqlite::round,
        loads: LOADS,
    },
    Row {
        name: "sqlite, normal",
        store: |name, _| (file(name, "normal"), None),
        by_hand: by_hand::sqlite::round,
        loads: LOADS,
    },
    Row {
        name: "nats",
        store: |_, _| at("nats", server::nats()),
        by_hand: by_hand::nats::round,
        loads: LOADS,
    },
    Row {
        name: "redis",
        store: |_, _| at("redis", server::redis()),
        by_hand: by_hand::redis::round,
        loads: LOADS,
    },
    Row {
        name: "rabbitmq",
        store: |name, shared| (rabbitmq(name, shared), None),
        by_hand: by_hand::rabbitmq::round,
        loads: SLOW,
    },
    Row {
        name: "kafka",
        store: |name, _| kafka(name),
        by_hand: by_hand::kafka::round,
        loads: SLOW,
    },
];

fn at(scheme: &str, server: Server) -> (String, Option<Server>) {
    (format!("{scheme}://127.0.0.1:{}", server.port), Some(server))
}

fn file(name: &str, synchronous: &str) -> String {
    format!("sqlite:{}?synchronous={synchronous}", fresh_file(name).display())
}

/// A prefix of its own on a server that all rounds share, which takes ten seconds to
/// start, and a ledger of its own.
fn rabbitmq(name: &str, shared: &mut Option<Server>) -> String {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let port = shared.get_or_insert_with(server::rabbitmq).port;
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let ledger = fresh_file(&format!("ledger-{name}"));
    format!("amqp://127.0.0.1:{port}?prefix=r{number}&ledger=sqlite:{}", ledger.display())
}

/// A server of its own, with a ledger in a file beside it.
fn kafka(name: &str) -> (String, Option<Server>) {
    let (server, ledger) = (server::kafka(), fresh_file(&format!("ledger-{name}")));
    let url = format!("kafka://127.0.0.1:{}?ledger=sqlite:{}", server.port, ledger.display());
    (url, Some(server))
}

/// What is asked for on the command line; everything, where nothing is.
struct Asked(Vec<String>);

impl Asked {
    fn for_row(&self, row: &Row) -> bool {
        let is_name = |word: &&String| {
            word.starts_with(char::is_alphabetic) && !PARTS.contains(&word.as_str())
        };
        let mut names = self.0.iter().filter(is_name).peekable();
        names.peek().is_none() || names.any(|name| row.name.contains(name.as_str()))
    }

    fn for_part(&self, part: &str) -> bool {
        let mut parts = self.0.iter().filter(|word| PARTS.contains(&word.as_str())).peekable();
        parts.peek().is_none() || parts.any(|asked| asked == part)
    }

    fn for_load(&self, at_once: usize) -> bool {
        let mut loads = self.0.iter().filter_map(|word| word.parse::<usize>().ok()).peekable();
        loads.peek().is_none() || loads.any(|asked| asked == at_once)
    }
}

#[tokio::main]
async fn main() -> Result<(), Status> {
    let asked = Asked(std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect());
    if asked.for_part("speed") {
        println!("{:<34}{:>10}{:>10}{:>8}", "messages a second", "by hand", "ours", "ratio");
        for row in ROWS.iter().filter(|row| asked.for_row(row)) {
            for load in row.loads.into_iter().filter(|(at_once, _)| asked.for_load(*at_once)) {
                compare(row, load).await?;
            }
        }
    }
    if asked.for_part("memory") {
        println!("\n{:<34}{:>10}{:>10}", "KiB of a consumer", "idle", "100,000");
        for row in ROWS.iter().filter(|row| asked.for_row(row)) {
            let mut shared = None;
            let (url, _server) = (row.store)("memory", &mut shared);
            let (idle, full) = memory::of_a_consumer(&url).await?;
            println!("{:<34}{idle:>10}{full:>10}", row.name);
        }
    }
    Ok(())
}

async fn compare(row: &Row, (at_once, messages): (usize, usize)) -> Result<(), Status> {
    let (mut by_hand, mut ours) = (Speed::default(), Speed::default());
    let mut shared = None;
    for number in 0..ROUNDS {
        let (url, _server) = (row.store)(&format!("hand-{number}"), &mut shared);
        by_hand = by_hand.max((row.by_hand)(Round { url, at_once, messages }).await);
        let (url, _server) = (row.store)(&format!("ours-{number}"), &mut shared);
        ours = ours.max(ours::round(Round { url, at_once, messages }).await?);
    }
    let name = |what| format!("{}: {what}, {at_once} at once", row.name);
    report(&name("publish"), by_hand.publish, ours.publish);
    report(&name("consume"), by_hand.consume, ours.consume);
    report(&name("both"), by_hand.both(), ours.both());
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

pub(crate) fn speed(messages: usize, time: Duration) -> f64 {
    let messages = u32::try_from(messages).map_or(f64::INFINITY, f64::from);
    messages / time.as_secs_f64()
}

//! The embedded broker beside a plain table of the same store, with the same
//! durability and the same number of messages in a commit: what leases,
//! dedupe, ordering and groups cost. Best of interleaved rounds.
//!
//! `cargo bench -p agentgen-tests --bench queue`

mod plain;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use agentgen::broker::{Broker, Error, Publish, Subscription};
use agentgen::{Metadata, Status};
use futures_util::future::try_join_all;

/// Messages a round.
const MESSAGES: usize = 2048;
/// Messages in flight, and so in a commit.
const TOGETHER: usize = 64;
const ROUNDS: usize = 7;
const BODY: [u8; 200] = [b'x'; 200];

/// Messages a second.
#[derive(Clone, Copy, Default)]
struct Speed {
    publish: f64,
    consume: f64,
}

impl Speed {
    fn max(self, other: Self) -> Self {
        Self { publish: self.publish.max(other.publish), consume: self.consume.max(other.consume) }
    }
}

#[tokio::main]
async fn main() -> Result<(), Status> {
    println!("{:<22}{:>12}{:>12}{:>9}", "messages a second", "plain", "broker", "ratio");
    for synchronous in ["full", "normal"] {
        let (mut plain, mut broker) = (Speed::default(), Speed::default());
        for round in 0..ROUNDS {
            let file = fresh_file(&format!("plain-{synchronous}-{round}"));
            plain = plain.max(plain::round(&file, synchronous));
            let file = fresh_file(&format!("broker-{synchronous}-{round}"));
            broker = broker.max(broker_round(&file, synchronous).await?);
        }
        report(&format!("publish, {synchronous}"), plain.publish, broker.publish);
        report(&format!("consume, {synchronous}"), plain.consume, broker.consume);
    }
    Ok(())
}

fn report(name: &str, plain: f64, broker: f64) {
    println!("{name:<22}{plain:>12.0}{broker:>12.0}{:>9.2}", broker / plain);
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

fn speed(since: Instant) -> f64 {
    let messages = u32::try_from(MESSAGES).map_or(f64::INFINITY, f64::from);
    messages / since.elapsed().as_secs_f64()
}

async fn broker_round(file: &Path, synchronous: &str) -> Result<Speed, Error> {
    let broker =
        Broker::open(&format!("sqlite:{}?synchronous={synchronous}", file.display())).await?;
    let lease = Duration::from_secs(60);
    let mut subscriber = broker.subscribe(Subscription::new("jobs", "bench", lease)).await?;

    let start = Instant::now();
    let message = || Publish::new("jobs", Metadata::new(), BODY.to_vec());
    for _ in 0..MESSAGES / TOGETHER {
        try_join_all((0..TOGETHER).map(|_| broker.publish(message()))).await?;
    }
    let publish = speed(start);

    let start = Instant::now();
    let mut handled = 0;
    while handled < MESSAGES {
        let deliveries = subscriber.next(TOGETHER).await?;
        try_join_all(deliveries.iter().map(|delivery| delivery.start(None))).await?;
        try_join_all(deliveries.iter().map(agentgen::broker::Delivery::ack)).await?;
        handled += deliveries.len();
    }
    let consume = speed(start);
    broker.close().await?;
    Ok(Speed { publish, consume })
}

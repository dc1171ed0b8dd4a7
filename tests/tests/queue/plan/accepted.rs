//! The publisher's ledger: what was accepted is on the disk before it counts.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use agentgen::broker::Broker;
use agentgen::queue::{Client, SendOptions};
use agentgen::testing::probe::INFO;
use agentgen::{Code, Context};

use super::work::Work;

/// How long a publish may take to succeed or to fail.
const ANSWER: Duration = Duration::from_secs(30);

pub(crate) struct Accepted {
    path: PathBuf,
    file: Mutex<File>,
}

impl Accepted {
    pub(crate) fn new(path: &Path) -> Self {
        let file = File::create(path).expect("the ledger is made");
        Self { path: path.to_owned(), file: Mutex::new(file) }
    }

    fn record(&self, name: &str) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(format!("{name}\n").as_bytes()).expect("the ledger is written");
        file.sync_data().expect("the ledger is on the disk");
    }

    /// What was accepted so far.
    pub(crate) fn names(&self) -> BTreeSet<String> {
        let text = std::fs::read_to_string(&self.path).expect("the ledger is read");
        text.lines().map(str::to_owned).collect()
    }

    /// Publishes one job until it is accepted, as often as it says; returns how
    /// often it was refused.
    pub(crate) async fn publish(&self, broker: &Broker, work: &Work) -> usize {
        let client = Client::new(broker.clone());
        let context = Context::new().with_idempotency_key(&work.name);
        let mut refused = 0;
        for _ in 0..work.copies {
            loop {
                let since = Instant::now();
                let options = SendOptions::default();
                let sent = client.send(&INFO, work.method, &context, &work.job, options).await;
                assert!(since.elapsed() < ANSWER, "no answer for {:?}", since.elapsed());
                match sent {
                    Ok(_) => break,
                    Err(status) => assert_eq!(status.code(), Code::Unavailable, "{status}"),
                }
                refused += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        self.record(&work.name);
        refused
    }
}

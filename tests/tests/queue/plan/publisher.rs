//! A publishing process under a fault, and what it says was accepted.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use agentgen::broker::Broker;
use agentgen::queue::names;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

/// A publisher, and the names that it says were refused.
pub(crate) struct Publisher {
    pub(crate) child: Child,
    ledger: PathBuf,
    refused: Lines<BufReader<ChildStdout>>,
}

impl Publisher {
    /// Starts `command` with the publisher and its arguments after its own.
    pub(crate) fn start(mut command: Command, url: &str, ledger: &Path) -> Self {
        command.arg(env!("CARGO_BIN_EXE_queue-publisher")).arg(url).arg(ledger);
        let mut command = tokio::process::Command::from(command);
        command.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut child = command.spawn().expect("the publisher starts");
        let refused = BufReader::new(child.stdout.take().expect("it was asked for")).lines();
        Self { child, ledger: ledger.to_owned(), refused }
    }

    /// The next name that is refused, and the code.
    pub(crate) async fn refusal(&mut self) -> (String, String) {
        let line = self.refused.next_line().await.expect("the publisher writes");
        let line = line.expect("the publisher runs");
        let (name, code) = line.split_once(' ').expect("a name and a code");
        (name.to_owned(), code.to_owned())
    }

    pub(crate) fn accepted(&self) -> BTreeSet<String> {
        let text = std::fs::read_to_string(&self.ledger).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

/// What a broker has.
pub(crate) async fn stored(broker: &Broker) -> BTreeSet<String> {
    let found = broker.browse("probe.run", 0, 1_000_000).await.expect("the messages");
    let key = |headers: &agentgen::Metadata| headers.get(names::IDEMPOTENCY_KEY).map(str::to_owned);
    found.iter().filter_map(|stored| key(&stored.headers)).collect()
}

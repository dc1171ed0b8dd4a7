//! F13: the disk of a file is full, and has room again later.

use std::process::Command;
use std::time::Duration;

use agentgen::broker::Broker;

use super::local::until;
use super::publisher::{Publisher, stored};
use crate::sqlite::fresh_file;

/// The largest file that the process may write, in bytes.
const ROOM: &str = "600000";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_wholly_and_later_goes_on() {
    let url = format!("sqlite:{}", fresh_file("disk").display());
    // As a full disk, and not as a signal, is a write refused.
    let mut command = Command::new("sh");
    let script = format!("trap '' XFSZ; exec prlimit --fsize={ROOM}: -- \"$0\" \"$@\"");
    command.arg("-c").arg(script);
    let mut publisher = Publisher::start(command, &url, &fresh_file("disk-ledger"));
    let mut refused = Vec::new();
    for _ in 0..20 {
        let refusal = tokio::time::timeout(Duration::from_secs(60), publisher.refusal()).await;
        let (name, code) = refusal.expect("a full disk accepted everything");
        assert_eq!(code, "UNAVAILABLE", "{name}");
        refused.push(name);
    }
    let before = publisher.accepted();
    let id = publisher.child.id().expect("it runs").to_string();
    let raised = Command::new("prlimit").args(["--pid", &id, "--fsize=unlimited"]).status();
    assert!(raised.expect("`prlimit` is there").success(), "the disk has no more room");
    until("it goes on", async || publisher.accepted().len() > before.len() + 50).await;
    publisher.child.kill().await.expect("the kill");

    let broker = Broker::open(&url).await.expect("the file is whole");
    let (accepted, stored) = (publisher.accepted(), stored(&broker).await);
    let lost: Vec<_> = accepted.difference(&stored).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
    let partly: Vec<_> = refused.iter().filter(|name| stored.contains(*name)).collect();
    assert!(partly.is_empty(), "refused, and stored: {partly:?}");
}

//! `agentgen queue` as an operator meets it: beside agents that work, over the
//! embedded broker and over servers.

// The servers of all tests, and where their programs are.
#[path = "../../../tests/src/environment.rs"]
#[expect(dead_code, unreachable_pub, reason = "most of it is for other tests")]
mod environment;
#[path = "../../../tests/src/server/mod.rs"]
#[expect(dead_code, unreachable_pub, reason = "some of it is for other tests")]
mod server;

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use agentgen::client::Channel;
use agentgen::queue::{Client, SendOptions};
use agentgen::{Broker, Context, Result, Status, agent_service};
use serde_json::Value;
use tempfile::TempDir;

/// What was done: number, attempt, id of the message, correlation id.
type Effect = (u32, u32, String, String);

/// Refuses odd tasks, as long as it is strict.
#[derive(Clone, Default)]
struct Clerk {
    lenient: Arc<AtomicBool>,
    effects: Arc<Mutex<Vec<Effect>>>,
}

#[agent_service(proto = "tests/queue/work.proto")]
impl Desk for Clerk {
    async fn handle(&self, context: &Context, task: Task) -> Result<Done> {
        if task.number % 2 == 1 && !self.lenient.load(Ordering::Relaxed) {
            return Err(Status::invalid_argument("odd tasks are refused"));
        }
        let id = context.metadata().get("ce-id").unwrap_or_default().to_owned();
        let effect = (task.number, context.attempt(), id, context.correlation_id().to_owned());
        self.effects.lock().unwrap_or_else(PoisonError::into_inner).push(effect);
        Ok(Done {})
    }
}

impl Clerk {
    fn effects(&self) -> Vec<Effect> {
        let mut effects = self.effects.lock().unwrap_or_else(PoisonError::into_inner).clone();
        effects.sort();
        effects
    }
}

/// A folder for the command, with a broker and an agent at work on it.
struct Desks {
    folder: TempDir,
    url: String,
    clerk: Clerk,
    broker: Broker,
}

impl Desks {
    async fn open(url: Option<String>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = format!("sqlite:{}/work.db", folder.path().display());
        let (url, clerk) = (url.unwrap_or(file), Clerk::default());
        let broker = Broker::open(&url).await.expect("a broker");
        let server = DeskServer::new(clerk.clone()).queue(broker.clone());
        tokio::spawn(server.run());
        Self { folder, url, clerk, broker }
    }

    /// Sends tasks and waits until each is done or dead.
    async fn send(&self, numbers: std::ops::RangeInclusive<u32>) {
        let client = DeskClient::new(Channel::queue(self.broker.clone()));
        for number in numbers {
            // Refused tasks answer so; both ends are an end.
            let _ = client.handle(&Context::new(), Task { number }).await;
        }
        until(|| async { self.broker.depth("desk.handle").await.expect("a depth").total() == 0 })
            .await;
    }

    /// Exit code, standard output and standard error of the command.
    async fn agentgen(&self, words: &[&str]) -> (i32, String, String) {
        let words: Vec<_> = ["queue"].iter().chain(words).map(|word| (*word).to_owned()).collect();
        let (folder, url) = (self.folder.path().to_owned(), self.url.clone());
        let ran = tokio::task::spawn_blocking(move || run(&folder, &url, &words));
        ran.await.expect("the command runs")
    }

    /// What the command prints for programs.
    async fn json(&self, words: &[&str]) -> Value {
        let words: Vec<_> = words.iter().copied().chain(["--format", "json"]).collect();
        let (code, out, error) = self.agentgen(&words).await;
        assert_eq!(code, 0, "{words:?}: {error}");
        serde_json::from_str(&out).unwrap_or_else(|fault| panic!("{words:?}: {fault}: {out}"))
    }
}

const PROTO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/queue/work.proto");

fn run(folder: &Path, url: &str, words: &[String]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_agentgen"))
        .args(words)
        .env("AGENTGEN_BROKER", url)
        .current_dir(folder)
        .stdin(std::process::Stdio::null())
        .output()
        .expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints text");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

async fn until<F: Future<Output = bool>>(holds: impl Fn() -> F) {
    let since = Instant::now();
    while !holds().await {
        assert!(since.elapsed() < Duration::from_secs(30), "it never holds");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The whole way of dead letters, while the agent works.
async fn letters_are_listed_shown_and_sent_back_once(desks: &Desks) {
    desks.send(1..=6).await;

    let counts = desks.json(&["inspect", "--proto", PROTO]).await;
    assert_eq!(counts[0]["subject"], "desk.handle");
    assert_eq!(counts[0]["rpc"], "work.v1.Desk.Handle");
    assert_eq!(counts[0]["groups"], serde_json::json!(["desk"]));
    assert_eq!(counts[0]["total"], 0, "{counts}");
    assert_eq!(counts[0]["dead"], 3, "{counts}");

    let list = desks.json(&["dead", "list", "--proto", PROTO]).await;
    let ids: Vec<_> = list.as_array().expect("a list").iter().map(|one| &one["id"]).collect();
    assert_eq!(ids.len(), 3, "{list}");
    assert_eq!(list[0]["reason"], "NOT_RETRYABLE");
    assert_eq!(list[0]["message"], "odd tasks are refused");

    let first = list[0]["position"].to_string();
    let shown = desks.json(&["dead", "show", "desk.handle.dead", &first, "--proto", PROTO]).await;
    assert_eq!(shown["body"]["json"], serde_json::json!({ "number": 1 }));
    assert_eq!(shown["headers"]["ce-id"], list[0]["id"]);
    assert_eq!(shown["failures"][0]["code"], "INVALID_ARGUMENT");
    let unread = desks.json(&["dead", "show", "desk.handle.dead", &first]).await;
    assert_eq!(unread["body"]["hex"], "0801");

    let (code, _, error) = desks.agentgen(&["dead", "replay", "desk.handle.dead", "absent"]).await;
    assert_eq!(code, 2, "{error}");
    desks.clerk.lenient.store(true, Ordering::Relaxed);
    let (code, _, said) =
        desks.agentgen(&["dead", "replay", "work.v1.Desk.Handle", "--proto", PROTO]).await;
    assert_eq!((code, said.as_str()), (0, "3 dead letters of desk.handle.dead replayed\n"));
    until(|| async { desks.clerk.effects().len() == 6 }).await;
    let (_, _, again) = desks.agentgen(&["dead", "replay", "desk.handle.dead"]).await;
    assert_eq!(again, "0 dead letters of desk.handle.dead replayed\n");

    let effects = desks.clerk.effects();
    let numbers: Vec<_> = effects.iter().map(|effect| effect.0).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6], "each once");
    assert!(effects.iter().all(|effect| effect.1 == 1), "attempts begin anew: {effects:?}");
    let odd = effects.iter().filter(|effect| effect.0 % 2 == 1);
    for (effect, letter) in odd.zip(list.as_array().expect("a list")) {
        assert_eq!(letter["id"], effect.2.as_str(), "the message is the same");
        assert_eq!(letter["correlation_id"], effect.3.as_str(), "its work is the same");
    }
}

#[tokio::test]
async fn letters_of_the_embedded_broker_are_sent_back_once() {
    letters_are_listed_shown_and_sent_back_once(&Desks::open(None).await).await;
}

#[tokio::test]
async fn letters_of_nats_are_sent_back_once() {
    let server = server::nats();
    let url = format!("nats://127.0.0.1:{}", server.port);
    letters_are_listed_shown_and_sent_back_once(&Desks::open(Some(url)).await).await;
}

#[tokio::test]
async fn letters_of_redis_are_sent_back_once() {
    let server = server::redis();
    let url = format!("redis://127.0.0.1:{}/0", server.port);
    letters_are_listed_shown_and_sent_back_once(&Desks::open(Some(url)).await).await;
}

/// The ledger is a file that the URL names.
#[tokio::test]
async fn letters_of_rabbitmq_are_sent_back_once() {
    let (server, folder) = (server::rabbitmq(), tempfile::tempdir().expect("a folder"));
    let server = format!("amqp://127.0.0.1:{}", server.port);
    let ledger = folder.path().join("ledger.db");
    let desks = Desks::open(Some(format!("{server}?ledger=sqlite:{}", ledger.display()))).await;
    letters_are_listed_shown_and_sent_back_once(&desks).await;
    without_its_ledger_nothing_is_shown(desks.folder.path(), &server, "agentgen-ledger.db");
    let other = format!("{server}?ledger=sqlite:other.db");
    without_its_ledger_nothing_is_shown(desks.folder.path(), &other, "other.db");
}

/// From any other folder all counts would be zero.
fn without_its_ledger_nothing_is_shown(folder: &Path, url: &str, file: &str) {
    for words in [
        &["inspect", "desk.handle"][..],
        &["dead", "list", "desk.handle.dead"],
        &["dead", "replay", "desk.handle.dead"],
    ] {
        let words: Vec<_> = ["queue"].iter().chain(words).map(|word| (*word).to_owned()).collect();
        let (code, out, error) = run(folder, url, &words);
        assert_eq!((code, out.as_str()), (2, ""), "{words:?}: {error}");
        assert!(error.contains(file) && error.contains("ledger="), "{words:?}: {error}");
        assert!(!folder.join(file).exists(), "looking makes no file");
    }
}

#[test]
fn kafka_is_not_looked_into_without_its_ledger() {
    let folder = tempfile::tempdir().expect("a folder");
    without_its_ledger_nothing_is_shown(folder.path(), "kafka://127.0.0.1:1", "agentgen-ledger.db");
}

/// An agent that remembers for another time than the default finds nothing in its way.
#[tokio::test]
async fn looking_into_nats_makes_no_ledger() {
    let (server, folder) = (server::nats(), tempfile::tempdir().expect("a folder"));
    let url = format!("nats://127.0.0.1:{}", server.port);
    let words = ["queue", "inspect", "desk.handle"].map(str::to_owned);
    let (code, _, error) = run(folder.path(), &url, &words);
    assert_eq!(code, 2);
    assert!(error.contains("stream `agentgen-ledger-a` is missing"), "{error}");
    let agent = Broker::open(&format!("{url}?remember=3600")).await;
    agent.expect("the agent's own settings");
    let (code, _, error) = run(folder.path(), &url, &words);
    assert_eq!(code, 0, "{error}");
}

#[tokio::test]
async fn a_purge_asks_and_takes_the_chosen_letters() {
    let desks = Desks::open(None).await;
    desks.send(1..=5).await;
    let (code, _, error) = desks.agentgen(&["dead", "purge", "desk.handle.dead"]).await;
    assert_eq!(code, 2);
    assert_eq!(error, "agentgen: nobody can be asked here: repeat it with --yes\n");

    let list = desks.json(&["dead", "list", "desk.handle.dead"]).await;
    let id = list[1]["id"].as_str().expect("an id");
    let (code, _, said) = desks.agentgen(&["dead", "purge", "desk.handle.dead", id, "--yes"]).await;
    assert_eq!((code, said.as_str()), (0, "1 dead letter of desk.handle.dead removed\n"));
    let left = desks.json(&["dead", "list", "desk.handle.dead"]).await;
    assert_eq!(left.as_array().map(Vec::len), Some(2));
    assert!(!left.to_string().contains(id), "{left}");
    let (_, _, said) = desks.agentgen(&["dead", "purge", "desk.handle.dead", "--yes"]).await;
    assert_eq!(said, "2 dead letters of desk.handle.dead removed\n");
    let (code, out, said) = desks.agentgen(&["dead", "list", "desk.handle.dead"]).await;
    assert_eq!((code, out.as_str(), said.as_str()), (0, "", "there are no dead letters\n"));
}

#[tokio::test]
async fn a_tail_shows_what_waits_and_takes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}/work.db", folder.path().display());
    let broker = Broker::open(&url).await.expect("a broker");
    let client = Client::new(broker.clone());
    let info = DeskServer::new(Clerk::default()).into_dispatcher().services().next();
    for number in 1..=3 {
        let (context, task) = (Context::new(), Task { number });
        let sent =
            client.send(info.expect("a service"), 0, &context, &task, SendOptions::default());
        sent.await.expect("it is sent");
    }
    let words =
        ["queue", "tail", "desk.handle", "--once", "-n", "2", "--proto", PROTO, "--format", "json"];
    let words: Vec<_> = words.map(str::to_owned).to_vec();
    for _ in 0..2 {
        let (code, out, error) = run(folder.path(), &url, &words);
        assert_eq!(code, 0, "{error}");
        let lines: Vec<Value> =
            out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let numbers: Vec<_> = lines.iter().map(|line| &line["body"]["json"]["number"]).collect();
        assert_eq!(numbers, [2, 3]);
        assert_eq!(lines[0]["headers"]["ce-type"], "work.v1.Task");
    }
    assert_eq!(broker.depth("desk.handle").await.expect("a depth").ready, 3);
}

#[test]
fn what_cannot_be_looked_into_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = ["queue", "inspect", "desk.handle"].map(str::to_owned);
    let (code, _, error) = run(folder.path(), "sqlite:absent.db", &words);
    assert_eq!(code, 2);
    assert!(error.contains("there is no broker at `absent.db`"), "{error}");
    assert!(!folder.path().join("absent.db").exists(), "looking makes no file");
    let (_, _, error) = run(folder.path(), "memory:", &words);
    assert!(error.contains("give the agent a broker such as sqlite:work.db"), "{error}");
    let (_, _, error) = run(folder.path(), "kafkaa://x", &words);
    assert!(error.contains("unknown broker scheme `kafkaa:`"), "{error}");
}

#[test]
fn every_command_has_help_with_examples() {
    let folder = tempfile::tempdir().expect("a folder");
    for words in
        ["", "inspect", "dead", "dead list", "dead show", "dead replay", "dead purge", "tail"]
    {
        let words = ["queue"].into_iter().chain(words.split_whitespace()).chain(["--help"]);
        let words: Vec<_> = words.map(str::to_owned).collect();
        let (code, help, _) = run(folder.path(), "", &words);
        assert_eq!(code, 0, "{words:?}");
        assert!(help.contains("Examples:\n  agentgen queue "), "{words:?}: {help}");
    }
}

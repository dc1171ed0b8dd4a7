//! `agentgen queue inspect`.

use std::collections::BTreeSet;
use std::time::Duration;

use agentgen::broker::{Capability, Depth, Stored};
use clap::Args;
use serde_json::{Value, json};

use super::message::{age, rough};
use super::session::{Session, Target, nothing_named};
use super::table::columns;
use super::{Format, broken};
use crate::Outcome;
use crate::console::{Failure, note, print};

/// How many messages are looked at for groups without a contract.
const SAMPLE: usize = 1000;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    target: Target,
    /// Subjects [default: all of the contract's].
    #[arg(value_name = "SUBJECT")]
    subjects: Vec<String>,
    /// How to print the counts; json is one array of objects.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  agentgen queue inspect --broker sqlite:work.db --proto proto
  agentgen queue inspect --broker nats://queue.internal archive.create
  agentgen queue inspect --format json | jq '.[] | select(.dead > 0)'";

/// One subject, with what is stored under it.
struct Row {
    subject: String,
    rpc: Option<String>,
    /// Those of the contract, and those that messages wait for.
    groups: BTreeSet<String>,
    depth: Depth,
    oldest: Option<Duration>,
    dead_letter: String,
    dead: u64,
}

pub(super) async fn run(arguments: Arguments) -> Outcome {
    let session = arguments.target.open().await?;
    let subjects = if arguments.subjects.is_empty() {
        session.bound().map(|(_, queue)| queue.subject.clone()).collect()
    } else {
        arguments.subjects
    };
    if subjects.is_empty() {
        return Err(Failure::trouble(nothing_named(session.loaded.is_some())));
    }
    let mut rows = Vec::new();
    for subject in subjects {
        rows.push(row(&session, &subject).await?);
    }
    if !session.broker.capabilities().has(Capability::ExactDepth) {
        note(match session.broker.protocol() {
            "amqp" => "RabbitMQ does not tell what others are working on: that is not counted",
            _ => "this broker counts what is delayed as ready or leased; the sums are exact",
        });
    }
    let text = match arguments.format {
        Format::Text => text(&rows),
        Format::Json => format!("{:#}\n", Value::Array(rows.iter().map(object).collect())),
    };
    Ok(print(&text)?)
}

async fn row(session: &Session, word: &str) -> Result<Row, Failure> {
    let bound = session.find(word);
    let subject = bound.map_or(word, |(_, queue)| &queue.subject).to_owned();
    let dead_letter =
        bound.map_or_else(|| format!("{subject}.dead"), |(_, queue)| queue.dead_letter.clone());
    let depth = session.broker.depth(&subject).await.map_err(broken)?;
    let dead = session.broker.depth(&dead_letter).await.map_err(broken)?.total();
    let stored = sample(session, &subject).await?;
    let mut groups: BTreeSet<_> = stored.iter().map(|message| message.group.clone()).collect();
    groups.extend(bound.map(|(_, queue)| queue.group.clone()));
    groups.remove("");
    Ok(Row {
        rpc: bound.map(|(method, _)| method.full_name.clone()),
        groups,
        depth,
        oldest: stored.iter().find_map(|message| age(&message.headers)),
        dead_letter,
        dead,
        subject,
    })
}

/// The oldest messages, where they can be listed.
async fn sample(session: &Session, subject: &str) -> Result<Vec<Stored>, Failure> {
    if !session.broker.capabilities().has(Capability::Browse) {
        return Ok(Vec::new());
    }
    session.broker.browse(subject, 0, SAMPLE).await.map_err(broken)
}

fn object(row: &Row) -> Value {
    json!({
        "subject": row.subject,
        "rpc": row.rpc,
        "groups": row.groups,
        "ready": row.depth.ready,
        "delayed": row.depth.delayed,
        "leased": row.depth.leased,
        "total": row.depth.total(),
        "oldest_seconds": row.oldest.map(|age| age.as_secs()),
        "dead_letter": row.dead_letter,
        "dead": row.dead,
    })
}

fn text(rows: &[Row]) -> String {
    let head = ["SUBJECT", "GROUPS", "READY", "DELAYED", "LEASED", "OLDEST", "DEAD"];
    let cells = rows.iter().map(|row| {
        let groups: Vec<_> = row.groups.iter().map(String::as_str).collect();
        [
            row.subject.clone(),
            if groups.is_empty() { "-".to_owned() } else { groups.join(", ") },
            row.depth.ready.to_string(),
            row.depth.delayed.to_string(),
            row.depth.leased.to_string(),
            row.oldest.map_or_else(|| "-".to_owned(), rough),
            row.dead.to_string(),
        ]
    });
    columns(head, cells.collect())
}

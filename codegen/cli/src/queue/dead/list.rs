//! `agentgen queue dead list`.

use agentgen::queue::{DeadLetter, names};
use clap::Args;
use serde_json::{Value, json};

use super::page;
use crate::Outcome;
use crate::console::{note, print};
use crate::queue::Format;
use crate::queue::message::header;
use crate::queue::session::Target;
use crate::queue::table::{columns, short};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::queue) struct Arguments {
    #[command(flatten)]
    target: Target,
    /// The subjects of dead letters; with a contract also rpcs and their
    /// subjects [default: all of the contract's].
    #[arg(value_name = "SUBJECT")]
    subjects: Vec<String>,
    /// List at most so many of each subject, oldest first.
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    /// How to print the list; json is one array of objects.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  agentgen queue dead list --broker sqlite:work.db archive.create.dead
  agentgen queue dead list --proto proto --format json | jq -r '.[].id'";

pub(in crate::queue) async fn run(arguments: Arguments) -> Outcome {
    let session = arguments.target.open().await?;
    let mut found = Vec::new();
    for subject in session.dead_subjects(&arguments.subjects)? {
        let (mut letters, mut last) = (Vec::new(), 0);
        while letters.len() < arguments.limit {
            let page = page(&session, &subject, last).await?;
            let Some(end) = page.last() else { break };
            last = end.position;
            letters.extend(page);
        }
        let stored = session.broker.depth(&subject).await.map_err(crate::queue::broken)?.total();
        if stored > arguments.limit as u64 {
            note(&format!("{subject} has {stored}; see more of them with --limit"));
        }
        letters.truncate(arguments.limit);
        found.extend(letters.into_iter().map(|letter| (subject.clone(), letter)));
    }
    let text = match arguments.format {
        Format::Json => format!("{:#}\n", Value::Array(found.iter().map(object).collect())),
        Format::Text => {
            if found.is_empty() {
                note("there are no dead letters");
                return Ok(());
            }
            text(&found)
        }
    };
    Ok(print(&text)?)
}

fn object((at, letter): &(String, DeadLetter)) -> Value {
    json!({
        "dead_letter": at,
        "position": letter.position,
        "id": letter.id(),
        "reason": letter.reason,
        "code": letter.code,
        "message": letter.message,
        "subject": letter.subject,
        "group": letter.group,
        "attempts": letter.history.starts,
        "crashes": letter.history.crashes,
        "time": letter.headers.get(names::TIME),
        "correlation_id": letter.headers.get(names::CORRELATION_ID),
    })
}

fn text(found: &[(String, DeadLetter)]) -> String {
    let head = ["SUBJECT", "POSITION", "ID", "SENT", "REASON", "ATTEMPTS", "ERROR"];
    let rows = found.iter().map(|(at, letter)| {
        [
            at.clone(),
            letter.position.to_string(),
            letter.id().unwrap_or("-").to_owned(),
            header(&letter.headers, names::TIME).chars().take(19).collect(),
            letter.reason.clone(),
            letter.history.starts.to_string(),
            short(&format!("{}: {}", letter.code, letter.message), 60),
        ]
    });
    columns(head, rows.collect())
}

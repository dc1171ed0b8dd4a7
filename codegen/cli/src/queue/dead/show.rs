//! `agentgen queue dead show`.

use std::fmt::Write as _;

use agentgen::queue::DeadLetter;
use clap::Args;
use serde_json::{Value, json};

use super::page;
use crate::Outcome;
use crate::console::{Failure, print};
use crate::queue::session::{Session, Target};
use crate::queue::{Format, body, message};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::queue) struct Arguments {
    #[command(flatten)]
    target: Target,
    /// The subject of the dead letters; with a contract also the rpc or its
    /// subject.
    #[arg(value_name = "SUBJECT")]
    subject: String,
    /// The position or the id, as `dead list` shows them.
    #[arg(value_name = "POSITION|ID")]
    which: String,
    /// How to print it; json is one object.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  agentgen queue dead show --broker sqlite:work.db archive.create.dead 7
  agentgen queue dead show --proto proto archive.create.dead 7 --format json | jq .body";

pub(in crate::queue) async fn run(arguments: Arguments) -> Outcome {
    let session = arguments.target.open().await?;
    let subject = session.dead_subject(&arguments.subject);
    let letter = find(&session, &subject, &arguments.which).await?;
    let text = match arguments.format {
        Format::Text => text(&session, &letter),
        Format::Json => format!("{:#}\n", object(&session, &letter)),
    };
    Ok(print(&text)?)
}

async fn find(session: &Session, subject: &str, which: &str) -> Result<DeadLetter, Failure> {
    let position: Option<u64> = which.parse().ok();
    let mut last = position.map_or(0, |position| position.saturating_sub(1));
    loop {
        let page = page(session, subject, last).await?;
        let Some(end) = page.last() else { break };
        last = end.position;
        let mut letters = page.into_iter();
        let wanted = |letter: &DeadLetter| match position {
            Some(position) => letter.position == position,
            None => letter.id() == Some(which),
        };
        if let Some(letter) = letters.find(wanted) {
            return Ok(letter);
        }
        if position.is_some() {
            break;
        }
    }
    Err(Failure::trouble(format!(
        "{subject} has no dead letter `{which}`; `agentgen queue dead list {subject}` shows those \
         that it has"
    )))
}

fn object(session: &Session, letter: &DeadLetter) -> Value {
    json!({
        "position": letter.position,
        "id": letter.id(),
        "reason": letter.reason,
        "code": letter.code,
        "message": letter.message,
        "subject": letter.subject,
        "group": letter.group,
        "attempts": letter.history.starts,
        "crashes": letter.history.crashes,
        "failures": letter.history.failures,
        "headers": message::headers(&letter.headers),
        "body": body::read(session, &letter.subject, &letter.headers, &letter.body).value(),
    })
}

fn text(session: &Session, letter: &DeadLetter) -> String {
    let mut text = String::new();
    let attempts = format!("{}, {} crashed", letter.history.starts, letter.history.crashes);
    let position = letter.position.to_string();
    for (name, value) in [
        ("position", position.as_str()),
        ("reason", &letter.reason),
        ("error", &format!("{}: {}", letter.code, letter.message)),
        ("subject", &letter.subject),
        ("group", &letter.group),
        ("attempts", &attempts),
    ] {
        let _ = writeln!(text, "{name:<9} {value}");
    }
    for failure in &letter.history.failures {
        let _ = writeln!(text, "  {}: {}: {}", failure.attempt, failure.code, failure.message);
    }
    text.push_str("\nheaders\n");
    for (name, value) in letter.headers.iter() {
        let _ = writeln!(text, "  {name}: {value}");
    }
    text.push_str("\nbody\n");
    text + &body::read(session, &letter.subject, &letter.headers, &letter.body).block()
}

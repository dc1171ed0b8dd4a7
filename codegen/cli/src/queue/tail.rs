//! `agentgen queue tail`.

use std::time::Duration;

use agentgen::broker::{Capability, Stored};
use agentgen::queue::names;
use clap::Args;
use serde_json::json;

use super::session::{Session, Target};
use super::{Format, body, broken, message};
use crate::Outcome;
use crate::console::{Failure, note, print};

/// How often the subject is looked at.
const PERIOD: Duration = Duration::from_millis(100);

/// How many messages are read at once.
const PAGE: usize = 256;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    target: Target,
    /// The subject, or with a contract the rpc.
    #[arg(value_name = "SUBJECT")]
    subject: String,
    /// Begin with the last N that are stored.
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    lines: usize,
    /// Only those that wait for this group.
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    /// End after what is stored now.
    #[arg(long)]
    once: bool,
    /// How to print messages; json is one object a line.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  agentgen queue tail --broker sqlite:work.db archive.create
  agentgen queue tail --broker redis://127.0.0.1/0 --proto proto archive.v1.Archive.Create
  agentgen queue tail --once -n 100 --format json archive.create.dead | jq .headers

Nothing is taken off the queue. What is published and handled within a tenth of a
second may pass unseen.";

pub(super) async fn run(arguments: Arguments) -> Outcome {
    let Arguments { target, subject, lines, group, once, format } = arguments;
    let session = target.open().await?;
    if !session.broker.capabilities().has(Capability::Browse) {
        return Err(Failure::trouble(
            "this broker cannot list what it stores, so there is nothing to follow",
        ));
    }
    let is_dead = session.bound().any(|(_, queue)| queue.dead_letter == subject);
    let bound = session.find(&subject).filter(|_| !is_dead);
    let subject = bound.map_or(&subject, |(_, queue)| &queue.subject).clone();
    let wanted = |stored: &Stored| group.as_ref().is_none_or(|group| *group == stored.group);
    let show = |stored: &Stored| print(&line(&session, &subject, stored, format));

    let (mut last, mut stored) = (0, Vec::new());
    // The tail of what is there: read to the end, a page at a time.
    while let Some(page) = page(&session, &subject, &mut last).await? {
        stored.extend(page.into_iter().filter(wanted));
        stored.drain(..stored.len().saturating_sub(lines));
    }
    for stored in &stored {
        show(stored)?;
    }
    if once {
        return Ok(());
    }
    note(&format!("waiting for messages on {subject}; stop with Ctrl-C"));
    loop {
        while let Some(page) = page(&session, &subject, &mut last).await? {
            for stored in page.iter().filter(|stored| wanted(stored)) {
                show(stored)?;
            }
        }
        tokio::time::sleep(PERIOD).await;
    }
}

/// The messages after a position, which moves on; `None` where there are none.
async fn page(
    session: &Session,
    subject: &str,
    last: &mut u64,
) -> Result<Option<Vec<Stored>>, Failure> {
    let page = session.broker.browse(subject, *last, PAGE).await.map_err(broken)?;
    *last = page.iter().map(|stored| stored.position).max().unwrap_or(*last);
    Ok((!page.is_empty()).then_some(page))
}

fn line(session: &Session, subject: &str, stored: &Stored, format: Format) -> String {
    let body = body::read(session, subject, &stored.headers, &stored.body);
    if format == Format::Json {
        let object = json!({
            "position": stored.position,
            "group": stored.group,
            "attempts": stored.starts,
            "headers": message::headers(&stored.headers),
            "body": body.value(),
        });
        return format!("{object}\n");
    }
    let header = |name| message::header(&stored.headers, name);
    let group = if stored.group.is_empty() { "-" } else { &stored.group };
    format!(
        "{} {} {} id={} group={group} attempts={} {}\n",
        stored.position,
        header(names::TIME),
        header(names::TYPE),
        header(names::ID),
        stored.starts,
        body.line()
    )
}

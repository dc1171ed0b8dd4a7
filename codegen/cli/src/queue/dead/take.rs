//! `agentgen queue dead replay` and `agentgen queue dead purge`: both take
//! letters off their subject.

use std::io::{self, IsTerminal as _, Write as _};

use agentgen::queue;
use clap::Args;

use crate::Outcome;
use crate::console::{Failure, note};
use crate::queue::broken;
use crate::queue::session::{Session, Target};

/// How many are taken before the progress is shown again.
const CHUNK: usize = 100;

#[derive(Debug, Args)]
pub(in crate::queue) struct Letters {
    #[command(flatten)]
    target: Target,
    /// The subject of the dead letters; with a contract also the rpc or its
    /// subject.
    #[arg(value_name = "SUBJECT")]
    subject: String,
    /// The ids of messages, as `dead list` shows them [default: all].
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Take at most so many, oldest first.
    #[arg(long, value_name = "N", conflicts_with = "ids")]
    limit: Option<usize>,
}

#[derive(Debug, Args)]
#[command(after_help = REPLAY_EXAMPLES)]
pub(in crate::queue) struct Replay {
    #[command(flatten)]
    letters: Letters,
}

const REPLAY_EXAMPLES: &str = "\
Examples:
  agentgen queue dead replay --broker sqlite:work.db archive.create.dead
  agentgen queue dead replay archive.create.dead --limit 10
  agentgen queue dead replay archive.create.dead 0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b

A letter leaves its subject as it is sent: a second replay finds nothing. Consumers
may run meanwhile.";

#[derive(Debug, Args)]
#[command(after_help = PURGE_EXAMPLES)]
pub(in crate::queue) struct Purge {
    #[command(flatten)]
    letters: Letters,
    /// Do not ask.
    #[arg(short, long)]
    yes: bool,
}

const PURGE_EXAMPLES: &str = "\
Examples:
  agentgen queue dead purge --broker sqlite:work.db archive.create.dead
  agentgen queue dead purge archive.create.dead --limit 1000 --yes";

#[derive(Clone, Copy)]
enum Fate {
    Replayed,
    Removed,
}

impl Replay {
    pub(in crate::queue) async fn run(self) -> Outcome {
        let (session, work) = self.letters.open().await?;
        work.finish(&session, Fate::Replayed).await
    }
}

impl Purge {
    pub(in crate::queue) async fn run(self) -> Outcome {
        let (session, work) = self.letters.open().await?;
        if !self.yes && !confirmed(&work, work.count(&session).await?)? {
            note("nothing is removed");
            return Ok(());
        }
        work.finish(&session, Fate::Removed).await
    }
}

/// Asks whoever sits at the terminal.
fn confirmed(work: &Work, count: usize) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::trouble("nobody can be asked here: repeat it with --yes"));
    }
    let question = format!("Remove {count} dead letters of {} for good? [y/N] ", work.subject);
    anstream::eprint!("{question}");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// What is to be taken.
struct Work {
    subject: String,
    ids: Vec<String>,
    limit: usize,
}

impl Letters {
    async fn open(self) -> Result<(Session, Work), Failure> {
        let session = self.target.open().await?;
        let subject = session.dead_subject(&self.subject);
        let limit = self.limit.unwrap_or(usize::MAX);
        Ok((session, Work { subject, ids: self.ids, limit }))
    }
}

impl Work {
    /// How many there are, at most.
    async fn count(&self, session: &Session) -> Result<usize, Failure> {
        if !self.ids.is_empty() {
            return Ok(self.ids.len());
        }
        let stored = session.broker.depth(&self.subject).await.map_err(broken)?.total();
        Ok(self.limit.min(usize::try_from(stored).unwrap_or(usize::MAX)))
    }

    async fn finish(&self, session: &Session, fate: Fate) -> Outcome {
        let taken = if self.ids.is_empty() {
            self.take_first(session, fate).await?
        } else {
            self.take_ids(session, fate).await?
        };
        let done = match fate {
            Fate::Replayed => "replayed",
            Fate::Removed => "removed",
        };
        let letters = if taken == 1 { "dead letter" } else { "dead letters" };
        note(&format!("{taken} {letters} of {} {done}", self.subject));
        let missing = self.ids.len().saturating_sub(taken);
        if missing > 0 {
            let text = format!("{missing} of the ids are not, or no longer, on {}", self.subject);
            return Err(Failure::trouble(text));
        }
        Ok(())
    }

    async fn take_ids(&self, session: &Session, fate: Fate) -> Result<usize, Failure> {
        let (broker, subject) = (&session.broker, &self.subject);
        let taken = match fate {
            Fate::Replayed => queue::replay_ids(broker, subject, &self.ids).await,
            Fate::Removed => queue::purge_ids(broker, subject, &self.ids).await,
        };
        taken.map_err(broken)
    }

    async fn take_first(&self, session: &Session, fate: Fate) -> Result<usize, Failure> {
        let (broker, subject) = (&session.broker, &self.subject);
        // What dies anew while this runs is not taken again.
        let all = self.count(session).await?;
        let mut taken = 0;
        while taken < all {
            let chunk = CHUNK.min(all - taken);
            let now = match fate {
                Fate::Replayed => queue::replay(broker, subject, chunk).await,
                Fate::Removed => queue::purge(broker, subject, chunk).await,
            };
            let now = now.map_err(broken)?;
            taken += now;
            if now < chunk {
                break;
            }
            progress(taken, all)?;
        }
        Ok(taken)
    }
}

/// Shows on a terminal how far it is.
fn progress(taken: usize, all: usize) -> io::Result<()> {
    let mut terminal = anstream::stderr().lock();
    if all > CHUNK && io::stderr().is_terminal() {
        let end = if taken == all { "\n" } else { "" };
        write!(terminal, "\r{taken} of {all}{end}")?;
        terminal.flush()?;
    }
    Ok(())
}

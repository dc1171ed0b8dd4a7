//! Slow work behind a queue: `worker serve` does it, `worker load` sends it and
//! shows what became of it, `worker` alone does both. `--broker URL` is the queue,
//! a file by default, and `--count N` how much is sent.

#[cfg(test)]
mod tests;

use std::{fmt, process::ExitCode, sync::Arc, time::Duration};

use agentgen::client::Channel;
use agentgen::queue::{DeadLetter, dead_letters};
use agentgen::{Broker, Context, Result, Status, agent_service};
use clap::{Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::task::JoinSet;
use tracing_subscriber::filter::LevelFilter;

/// Stands for a language model: slow, refuses one prompt of ten, and is busy at another.
struct Model;

#[agent_service(proto = "proto/worker.proto")]
impl Writer for Model {
    async fn write(&self, context: &Context, prompt: Prompt) -> Result<Draft> {
        tokio::time::sleep(Duration::from_millis(50 + u64::from(prompt.number % 7) * 30)).await;
        match prompt.number % 10 {
            0 => Err(Status::invalid_argument("the model refuses this prompt")),
            5 if context.attempt() == 1 => Err(Status::unavailable("the model is busy")),
            _ => Ok(Draft { text: prompt.text.to_uppercase(), attempts: context.attempt() }),
        }
    }
}

/// What became of the work.
#[derive(Debug, Default, PartialEq)]
struct Tally {
    sent: u32,
    /// Not taken by the broker.
    refused: u32,
    handled: u32,
    retried: u32,
    dead: u32,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sent, refused, handled, retried, dead } = self;
        write!(
            f,
            "{sent} sent, {refused} refused, {handled} handled, {retried} retried, {dead} dead"
        )
    }
}

/// Where the contract has work go that was given up.
const DEAD: &str = "worker.write.dead";

/// What was given up, as far as the broker shows it.
async fn given_up(broker: &Broker) -> Result<Vec<DeadLetter>> {
    Ok(dead_letters(broker, DEAD, 0, 100_000).await?)
}

/// Sends so many prompts, and waits for what becomes of each.
async fn load(broker: Broker, count: u32, bar: &ProgressBar) -> Result<Tally> {
    let before = given_up(&broker).await?.len();
    let client = Arc::new(WriterClient::new(Channel::queue(broker.clone())));
    let (mut calls, mut tally, mut failed) = (JoinSet::new(), Tally::default(), 0);
    for number in 1..=count {
        let (client, text) = (Arc::clone(&client), format!("draft {number}"));
        calls.spawn(async move { client.write(&Context::new(), Prompt { number, text }).await });
    }
    while let Some(ended) = calls.join_next().await {
        match ended.map_err(|error| Status::internal(error.to_string()))? {
            Ok(draft) => {
                tally.handled += 1;
                tally.retried += draft.attempts - 1;
            }
            Err(_) => failed += 1,
        }
        bar.set_message(format!("{} handled, {failed} failed", tally.handled));
        bar.inc(1);
    }
    // A call that fails does not tell whether its work was given up, or never taken.
    for letter in given_up(&broker).await?.iter().skip(before) {
        tally.dead += 1;
        tally.retried += letter.history.starts.saturating_sub(1);
    }
    tally.refused = failed - tally.dead.min(failed);
    tally.sent = tally.handled + tally.dead;
    Ok(tally)
}

/// Slow work behind a queue.
#[derive(Parser)]
struct Arguments {
    /// The half to be; both where it is not said
    #[arg(value_enum)]
    half: Option<Half>,
    /// The queue, the same for both halves
    #[arg(long, value_name = "URL", default_value = "sqlite:target/worker.db")]
    broker: String,
    /// How many prompts are sent
    #[arg(long, value_name = "N", default_value_t = 200)]
    count: u32,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Half {
    /// Work, until it is told to stop
    Serve,
    /// Send prompts, and show what becomes of them
    Load,
}

#[tokio::main]
async fn main() -> ExitCode {
    // What the agent, its broker and its server warn of.
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr);
    log.with_max_level(LevelFilter::WARN).init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(status) => {
            eprintln!("worker: {status}");
            ExitCode::FAILURE
        }
    }
}

async fn run(Arguments { half, broker, count }: Arguments) -> Result<()> {
    let broker = Broker::open(&broker).await?;
    let server = WriterServer::new(Model).queue(broker.clone());
    if half == Some(Half::Serve) {
        return server.run().await;
    }
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {per_sec}\n{msg}");
    let bar = ProgressBar::new(count.into()).with_style(style.expect("a fixed template"));
    let load = load(broker, count, &bar);
    let tally = if half == Some(Half::Load) {
        load.await?
    } else {
        tokio::select! {
            tally = load => tally?,
            // It was told to stop, or cannot work: nobody is left to wait for.
            ended = server.run() => return ended,
        }
    };
    bar.finish();
    println!("{tally}");
    Ok(())
}

//! Slow work behind a queue: `worker serve` does it, `worker load` sends it and
//! shows what became of it, `worker` alone does both. `--broker URL` is the queue,
//! a file by default, and `--count N` how much is sent.

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use agentgen::client::Channel;
use agentgen::{Broker, Context, Result, Status, agent_service};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::task::JoinSet;

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
    handled: u32,
    retried: u32,
    dead: u32,
}

/// Sends so many prompts, and waits for what becomes of each.
async fn load(broker: Broker, count: u32, bar: &ProgressBar) -> Result<Tally> {
    let client = Arc::new(WriterClient::new(Channel::queue(broker)));
    let (mut calls, mut tally) = (JoinSet::new(), Tally::default());
    for number in 1..=count {
        let (client, text) = (Arc::clone(&client), format!("draft {number}"));
        calls.spawn(async move { client.write(&Context::new(), Prompt { number, text }).await });
        tally.sent += 1;
    }
    while let Some(ended) = calls.join_next().await {
        match ended.map_err(|error| Status::internal(error.to_string()))? {
            Ok(draft) => {
                tally.handled += 1;
                tally.retried += draft.attempts - 1;
            }
            Err(_) => tally.dead += 1,
        }
        bar.set_message(format!("{tally:?}"));
        bar.inc(1);
    }
    Ok(tally)
}

#[tokio::main]
async fn main() -> Result<()> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let after = |name: &str| words.iter().skip_while(|word| *word != name).nth(1).cloned();
    let url = after("--broker").unwrap_or("sqlite:target/worker.db".into());
    let count = after("--count").and_then(|count| count.parse().ok()).unwrap_or(200);
    let broker = Broker::open(&url).await?;
    let server = WriterServer::new(Model).queue(broker.clone());
    match words.first().map(String::as_str) {
        Some("serve") => return server.run().await,
        Some("load") => {}
        _ => drop(tokio::spawn(server.run())),
    }
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {per_sec}\n{msg}");
    let bar = ProgressBar::new(count.into()).with_style(style.expect("a fixed template"));
    println!("{:?}", load(broker, count, &bar).await?);
    Ok(())
}

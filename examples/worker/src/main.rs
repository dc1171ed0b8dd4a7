//! Slow work behind a queue, and a command that sends it and shows what became of it.

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use agentgen::{Broker, Context, Result, Status, agent_service, client::Channel};
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
async fn load(broker: Broker, count: u32, bar: &indicatif::ProgressBar) -> Result<Tally> {
    let client = Arc::new(WriterClient::new(Channel::queue(broker)));
    let (mut calls, mut tally) = (JoinSet::new(), Tally { sent: count, ..Tally::default() });
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
            Err(_) => tally.dead += 1,
        }
        bar.inc(1);
    }
    Ok(tally)
}

/// Does slow work, sends some and shows what becomes of it, or both.
#[derive(clap::Parser)]
struct Arguments {
    #[arg(value_parser = ["serve", "load"], help = "What to do, both by default")]
    part: Option<String>,
    #[arg(long, value_name = "URL", default_value = "sqlite:target/worker.db", help = "The queue")]
    broker: String,
    #[arg(long, value_name = "N", default_value_t = 200, help = "How many prompts are sent")]
    count: u32,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments { part, broker, count } = clap::Parser::parse();
    let broker = Broker::open(&broker).await?;
    let server = WriterServer::new(Model).queue(broker.clone());
    match part.as_deref() {
        Some("serve") => return server.run().await,
        Some("load") => {}
        _ => drop(tokio::spawn(server.run())),
    }
    println!("{:?}", load(broker, count, &indicatif::ProgressBar::new(count.into())).await?);
    Ok(())
}

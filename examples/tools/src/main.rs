//! The loop around a language model that works with tools. No network and no
//! model are needed: a script plays the model, one wrong call included, which it
//! corrects once it has read what was wrong.

mod agents;
mod script;
#[cfg(test)]
mod tests;

use std::error::Error;

use agentgen::Context;
use agentgen::tools::{Dialect, Tools, explain};
use agents::{Appointments, CalendarServer, Meteorologist, WeatherServer};
use script::{Message, Model};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    converse().await.map(drop)
}

/// Calls what the model asks for, until it has an answer.
async fn converse() -> Result<String, Box<dyn Error>> {
    let tools = Tools::new()
        .with(WeatherServer::new(Meteorologist).into_dispatcher())?
        .with(CalendarServer::new(Appointments::default()).into_dispatcher())?;

    let mut model = Model::new(&serde_json::json!({
        "tools": tools.definitions(Dialect::OpenAi),
        "input": "If the weather in Oslo is fine tomorrow, book a picnic with Ada.",
    }));
    let mut results = Vec::new();
    loop {
        match model.answer(&results) {
            Message::Text(text) => {
                println!("model:  {text}");
                return Ok(text);
            }
            Message::Call { name, arguments } => {
                println!("model:  {name}({arguments})");
                let reply = tools.call(&Context::new(), name, arguments).await;
                let result = reply.unwrap_or_else(|status| explain(&status));
                println!("tool:   {}", result.replace('\n', "\n        "));
                results.push(result);
            }
        }
    }
}

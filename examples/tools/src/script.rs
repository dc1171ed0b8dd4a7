//! What stands in for a provider: it takes the request with the tools, and
//! answers as a model would, call by call.

use serde_json::Value;

/// What a model answers.
pub(crate) enum Message {
    /// Call this tool.
    Call {
        /// The name.
        name: &'static str,
        /// A JSON object, as text.
        arguments: &'static str,
    },
    /// Tell the user this.
    Text(String),
}

/// A model that follows a script.
pub(crate) struct Model {
    calls: usize,
}

impl Model {
    /// Sends the first request, with the tools that may be called.
    pub(crate) fn new(request: &Value) -> Self {
        let tools = request["tools"].as_array().into_iter().flatten();
        for tool in tools {
            println!("offers: {} (strict: {})", tool["name"], tool["strict"]);
        }
        Self { calls: 0 }
    }

    /// Answers to the results of all calls so far.
    pub(crate) fn answer(&mut self, results: &[String]) -> Message {
        self.calls += 1;
        match results {
            // Wrong: the number is a word.
            [] => call("Weather_Forecast", r#"{"city": "Oslo", "daysAhead": "tomorrow"}"#),
            [wrong] if wrong.contains("daysAhead") => {
                // As in strict modes: what is left out is null.
                call("Weather_Forecast", r#"{"city": "Oslo", "daysAhead": 1, "unit": null}"#)
            }
            [_, forecast] if forecast.contains("sunny") => call(
                "book_appointment",
                r#"{"title": "Picnic", "daysAhead": 1, "guests": ["Ada"]}"#,
            ),
            [.., last] => Message::Text(format!("Done in {} calls: {last}", self.calls - 1)),
        }
    }
}

fn call(name: &'static str, arguments: &'static str) -> Message {
    Message::Call { name, arguments }
}

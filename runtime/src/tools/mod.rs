//! Agents as tools of language models: definitions in the form of each
//! provider, and calls of tools by name.
//!
//! Every rpc without streams is a tool, unless its contract hides it. A call
//! takes the road of every other call: middleware, scopes, deadline and the
//! rules of the contract hold for models too.
//!
//! ```no_run
//! # async fn run(server: agentgen::service::Dispatcher) -> Result<(), Box<dyn std::error::Error>> {
//! use agentgen::Context;
//! use agentgen::tools::{Dialect, Tools};
//!
//! let tools = Tools::new().with(server)?;
//! let definitions = tools.definitions(Dialect::OpenAi); // `tools` of the request
//! // The model answers with the name of a tool and its arguments:
//! let call = tools.call(&Context::new(), "Weather_Forecast", r#"{"city": "Oslo"}"#).await;
//! let for_the_model = match call {
//!     Ok(reply) => reply,
//!     Err(status) => agentgen::tools::explain(&status),
//! };
//! # Ok(())
//! # }
//! ```

mod arguments;
mod dialect;
mod duplicate;
mod explain;
mod path;
mod registry;
mod required;
mod walk;

pub use dialect::Dialect;
pub use duplicate::DuplicateTool;
pub use explain::explain;
pub use registry::Tools;

//! The contract of this agent as committed code: `agentgen gen` in this folder
//! writes it, `agentgen gen --check` says whether it is fresh.

#[rustfmt::skip]
pub mod generated;

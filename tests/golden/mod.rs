//! Output of `agentgen gen`, committed: a change of what is generated is a
//! change to be read here. `tests/golden` of the test programs says how each
//! tree is made.

pub mod agent_service;
pub mod agent_services;
pub mod archive;
pub mod checked;
pub mod legacy;
pub mod mistaken;
pub mod summarizer;
pub mod task_orchestrator;
pub mod workshop;

//! The front end as a whole: from `.proto` text to contract and diagnostics.

#[path = "front/findings.rs"]
mod findings;
#[path = "front/lowering.rs"]
mod lowering;
#[path = "front/templates.rs"]
mod templates;

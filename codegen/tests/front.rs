//! The front end as a whole: from `.proto` text to contract and diagnostics.

#[path = "front/lowering.rs"]
mod lowering;

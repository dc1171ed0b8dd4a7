//! The front end as a whole: from `.proto` text to contract and diagnostics.

#[path = "front/findings.rs"]
mod findings;
#[path = "front/loading.rs"]
mod loading;
#[path = "front/lowering.rs"]
mod lowering;
#[path = "front/mutations.rs"]
mod mutations;
#[path = "front/prost_names.rs"]
mod prost_names;
#[path = "front/service_config.rs"]
mod service_config;
#[path = "front/templates.rs"]
mod templates;

//! What breaks between two versions of a contract, for whom, and who must be
//! deployed first.

pub mod accept;
pub mod anchor;
pub mod buf_yaml;
pub mod finding;
pub mod input;
pub mod options;
pub mod page;
pub mod pair;
pub mod render;
pub mod report;
pub mod rule;
pub mod rules;
pub mod schema;
pub mod shape;
pub mod walk;
pub mod witness;

#[cfg(test)]
mod testing;

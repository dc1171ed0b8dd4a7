//! What users write and call: macros, error types, clients over every
//! transport.

mod clients;
mod errors;
mod notes;

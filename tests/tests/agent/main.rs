//! What users write and call: macros, error types, clients over every
//! transport.

mod clients;
mod elsewhere;
mod errors;
mod notes;
mod own_schemas;
mod own_types;
mod own_values;
mod rebuild;
mod shadowed;
mod ui;

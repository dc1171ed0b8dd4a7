//! What users write and call: macros, error types, clients over every
//! transport.

mod chosen;
mod clients;
mod desk;
mod elsewhere;
mod errors;
mod hygiene;
mod notes;
mod outcomes;
mod own_forms;
mod own_schemas;
mod own_types;
mod own_values;
mod partial;
mod readme;
mod rebuild;
mod shadowed;
mod ui;
mod valid;
mod without_compat;

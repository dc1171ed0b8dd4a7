//! The documents that are made from contracts, judged by the validators that
//! their readers use.

mod asyncapi;
mod emitted;
mod json_schema;
mod judges;
mod openapi;
mod reports;
mod united;

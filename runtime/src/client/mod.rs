//! Clients: generated clients implement the contract's trait over a
//! [`Channel`], which leads their calls through any transport.

mod channel;
mod limit;
mod local;
mod rest;

pub use channel::{Channel, Transport};

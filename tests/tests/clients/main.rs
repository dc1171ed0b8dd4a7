//! Generated agents, called by real clients: the typed ones over every
//! transport, Python's gRPC, curl and a browser.

mod archive;
mod browser;
mod connect;
mod contracts;
mod curl;
mod docs;
mod python;
mod tls;

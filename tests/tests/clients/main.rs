//! Generated agents, called by real clients: the typed ones over every
//! transport, Python's gRPC, curl, a browser, and
//! clients made from the OpenAPI document.

mod archive;
mod browser;
mod connect;
mod contracts;
mod curl;
mod docs;
mod eventsource;
mod openapi;
mod python;
mod schemathesis;
mod streams;
mod strict;
mod tls;
mod websocket;

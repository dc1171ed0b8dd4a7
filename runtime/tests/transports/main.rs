//! Every transport of the server, over real sockets.

mod agent;
mod contract;
mod errors;
mod events;
mod grpc;
mod lifecycle;
mod middleware;
mod rest;
mod running;

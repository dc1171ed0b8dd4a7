//! Every transport of the server, over real sockets.

mod agent;
mod bodies;
mod connect;
mod connect_streams;
mod contract;
mod cors;
mod docs;
mod errors;
mod events;
mod grpc;
mod grpc_web;
mod hosts;
mod http2;
mod json;
mod lifecycle;
mod limits;
mod merging;
mod methods;
mod middleware;
mod packed;
mod replay_stores;
mod rest;
mod resuming;
mod running;
mod websockets;

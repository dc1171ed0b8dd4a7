//! gRPC and gRPC-Web: one service for every rpc of every contract, found by its
//! path and coded through the erased message, so that nothing is compiled again
//! in a user's crate.
//!
//! The server reads and writes messages itself ([`framed`](crate::framed)):
//! tonic's server works on concrete types, and for erased ones it would copy
//! each message once more. Clients, reflection and health are tonic's. gRPC-Web
//! is gRPC between two translations of bodies ([`web`]).

#[cfg(feature = "client")]
mod codec;
#[cfg(feature = "grpc")]
mod content_type;
mod convert;
#[cfg(feature = "grpc")]
mod endpoint;
#[cfg(feature = "grpc")]
mod extras;
#[cfg(feature = "grpc")]
mod health;
#[cfg(feature = "grpc")]
mod web;

#[cfg(feature = "client")]
pub(crate) use codec::MessageCodec;
#[cfg(feature = "client")]
pub(crate) use convert::from_tonic;
#[cfg(feature = "grpc")]
pub(crate) use endpoint::{Endpoint, Options};
#[cfg(feature = "grpc")]
pub(crate) use extras::{health, reflection};

//! gRPC over tonic: one service for every rpc of every contract, found by its
//! path and coded through the erased message, so that nothing is compiled
//! again in a user's crate.

mod codec;
mod convert;
#[cfg(feature = "grpc")]
mod endpoint;
#[cfg(feature = "grpc")]
mod extras;

#[cfg(feature = "client")]
pub(crate) use codec::MessageCodec;
#[cfg(feature = "client")]
pub(crate) use convert::from_tonic;
#[cfg(feature = "grpc")]
pub(crate) use endpoint::{Endpoint, Options};

//! gRPC over tonic: one service for every rpc of every contract, found by its
//! path and coded through the erased message, so that nothing is compiled
//! again in a user's crate.

mod codec;
mod convert;
mod endpoint;
mod extras;

pub(crate) use endpoint::{Endpoint, Options};

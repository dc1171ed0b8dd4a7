//! The server: services behind one middleware chain, every transport beside
//! the others, one port, one shutdown.
//!
//! This module composes transports and knows nothing of their protocols.

#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
mod allow;
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
mod allowance;
#[cfg(feature = "server")]
mod authority;
mod background;
#[cfg(feature = "server")]
mod body;
mod builder;
#[cfg(any(feature = "connect", feature = "rest"))]
mod collect;
#[cfg(feature = "server")]
mod connection;
#[cfg(feature = "server")]
mod cors;
#[cfg(feature = "server")]
mod ending;
#[cfg(feature = "server")]
mod endpoint;
#[cfg(feature = "server")]
mod gate;
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
mod gathered;
#[cfg(feature = "server")]
mod greeting;
#[cfg(feature = "server")]
mod hosts;
mod options;
#[cfg(feature = "server")]
mod origin;
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
mod paced;
#[cfg(feature = "server")]
mod patience;
#[cfg(feature = "queue")]
mod queue;
#[cfg(feature = "server")]
mod received;
mod run;
mod signal;
#[cfg(feature = "server")]
mod socket;
#[cfg(feature = "server")]
mod stalled;
#[cfg(feature = "websocket")]
mod takeover;
#[cfg(feature = "tls")]
mod tls;

#[cfg(feature = "docs")]
pub use crate::docs::Docs;
#[cfg(feature = "rest")]
pub use crate::rest::{Conflicts, Expansion, PathRules, QueryRules};
#[cfg(feature = "rest")]
pub use crate::sse::{MemoryReplay, Replay, ReplayEvent, ReplayStore, StreamKey};
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
pub(crate) use allow::{Methods, allow};
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
pub(crate) use allowance::Allowance;
pub use background::Background;
#[cfg(feature = "server")]
pub(crate) use body::Body;
pub use builder::Server;
#[cfg(feature = "rest")]
pub(crate) use collect::Cut;
#[cfg(any(feature = "connect", feature = "rest"))]
pub(crate) use collect::collect;
#[cfg(feature = "server")]
pub use cors::Cors;
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
#[cfg(feature = "grpc")]
pub(crate) use endpoint::told;
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
pub(crate) use gathered::Gathered;
pub use options::Limits;
pub(crate) use options::Options;
#[cfg(feature = "rest")]
pub(crate) use options::Parks;
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
pub(crate) use options::Wire;
#[cfg(feature = "websocket")]
pub(crate) use origin::asks_for_websocket;
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
pub(crate) use paced::{Pace, Paced};
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
pub(crate) use received::Received;
#[cfg(feature = "websocket")]
pub(crate) use takeover::Takeover;
#[cfg(feature = "tls")]
pub use tls::Tls;

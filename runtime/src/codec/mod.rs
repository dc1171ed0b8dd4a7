//! Messages behind a pointer, and the static tables that describe them.
//!
//! Transports handle `Box<dyn Message>` and never name a concrete type, so
//! that codecs are compiled once, in the contract's crate, and transports
//! once, in this one.

#[cfg(any(feature = "client", feature = "rest"))]
mod ambiguous;
pub mod bind;
#[cfg(any(feature = "connect", feature = "rest"))]
pub(crate) mod charset;
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
pub(crate) mod gzip;
mod http_body;
pub mod json;
mod macros;
mod message;
mod rows;
#[cfg(any(feature = "client", feature = "rest"))]
pub(crate) mod split;
mod table;
pub(crate) mod wire;
pub mod wkt;

#[cfg(any(feature = "client", feature = "rest"))]
pub(crate) use ambiguous::resembles_an_error;
pub use http_body::HttpBody;
pub use message::{Message, MessageType, Typed, WireError, downcast, merge_fields, new};
pub use table::{Cardinality, EnumType, EnumValue, Field, Kind};

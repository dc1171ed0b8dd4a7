//! What a server can be told, in one plain struct, so that the builder stays
//! generic over the agent and everything behind it does not.

use std::time::Duration;

#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
use crate::codec::json;

/// How much a peer may send, and how slowly.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// The longest request message or HTTP body, in bytes, decompressed;
    /// 4 MiB by default. On a stream it holds for each message.
    pub message_bytes: usize,
    /// The largest request head, in bytes; 64 KiB by default.
    pub header_bytes: usize,
    /// How long a client may take to greet, and an HTTP/1 client to send a
    /// request head; 30 s by default.
    pub header_timeout: Duration,
    /// How long an HTTP/2 connection may be silent before it is pinged; one
    /// that does not answer within 20 s is closed. 60 s by default, `None`
    /// never pings.
    pub ping_interval: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 4 << 20,
            header_bytes: 64 << 10,
            header_timeout: Duration::from_secs(30),
            ping_interval: Some(Duration::from_secs(60)),
        }
    }
}

/// How messages are read and written on the transports of a socket.
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wire {
    /// The longest message, in bytes.
    pub(crate) message_bytes: usize,
    pub(crate) json: json::Options,
    /// Whether replies are compressed for callers that accept it.
    #[cfg(any(feature = "connect", feature = "grpc"))]
    pub(crate) gzip: bool,
}

/// Which transports a server offers, and how.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    #[cfg(feature = "grpc")]
    pub(crate) grpc: Option<crate::grpc::Options>,
    #[cfg(feature = "rest")]
    pub(crate) rest: Option<crate::rest::Options>,
    #[cfg(feature = "connect")]
    pub(crate) connect: bool,
    #[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
    pub(crate) json: json::Options,
    #[cfg(any(feature = "connect", feature = "grpc"))]
    pub(crate) gzip: bool,
    #[cfg(feature = "server")]
    pub(crate) limits: Limits,
    pub(crate) drain_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            #[cfg(feature = "grpc")]
            grpc: None,
            #[cfg(feature = "rest")]
            rest: None,
            #[cfg(feature = "connect")]
            connect: false,
            #[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
            json: json::Options::default(),
            #[cfg(any(feature = "connect", feature = "grpc"))]
            gzip: false,
            #[cfg(feature = "server")]
            limits: Limits::default(),
            drain_timeout: Duration::from_secs(30),
        }
    }
}

#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
impl Options {
    /// How messages are read and written.
    pub(crate) fn wire(&self) -> Wire {
        Wire {
            message_bytes: self.limits.message_bytes,
            json: self.json,
            #[cfg(any(feature = "connect", feature = "grpc"))]
            gzip: self.gzip,
        }
    }
}

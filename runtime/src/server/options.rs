//! What a server can be told, in one plain struct, so that the builder stays
//! generic over the agent and everything behind it does not.

use std::time::Duration;

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

/// Which transports a server offers, and how.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    #[cfg(feature = "grpc")]
    pub(crate) grpc: Option<crate::grpc::Options>,
    #[cfg(feature = "rest")]
    pub(crate) rest: Option<crate::rest::Options>,
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
            #[cfg(feature = "server")]
            limits: Limits::default(),
            drain_timeout: Duration::from_secs(30),
        }
    }
}

//! What a server can be told, in one plain struct, so that the builder stays
//! generic over the agent and everything behind it does not.

use std::time::Duration;

#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
use super::{Allowance, Pace};
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
use crate::codec::json;

/// How much a peer may send, how slowly, and how much at once. What breaks a
/// limit never reaches a handler.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// The longest request message or HTTP body, in bytes, decompressed;
    /// 4 MiB by default. On a stream it holds for each message. HTTP 413.
    pub message_bytes: usize,
    /// The most bytes that the messages of one request stream hold together,
    /// decompressed; 1 GiB by default. HTTP 413.
    pub stream_bytes: u64,
    /// The largest headers of a request together, its trailers among them, in bytes;
    /// 64 KiB by default. HTTP 431. Over HTTP/1 there may be 100 of them, whatever
    /// their size: the HTTP layer refuses more with an empty 431. Trailers may be as
    /// many, and 16 KiB long.
    pub header_bytes: usize,
    /// The longest path and query of a request together, in bytes; 16 KiB by
    /// default. HTTP 414.
    pub uri_bytes: usize,
    /// The longest query of a request, in bytes; 8 KiB by default. HTTP 414.
    pub query_bytes: usize,
    /// How long a client may take to greet, and an HTTP/1 client to send a
    /// request head; 30 s by default. The connection is closed.
    pub header_timeout: Duration,
    /// How long the body of a request with one message may be silent; 30 s by
    /// default. HTTP 408.
    pub body_timeout: Duration,
    /// How fast such a body must come on average, in bytes a second, once
    /// `body_timeout` has passed; 240 by default, 0 is any. HTTP 408.
    pub body_rate: u64,
    /// How long nothing may move on a stream, neither a message from the
    /// caller nor one from the handler; 10 minutes by default, `None` is for
    /// ever. It ends with `DEADLINE_EXCEEDED`. A stream of server-sent events
    /// may be silent as long as its client takes the heartbeats.
    pub stream_idle: Option<Duration>,
    /// How long a peer may take no byte of what is sent to it; 60 s by default.
    /// The connection is closed; where the peer holds up a single stream of
    /// HTTP/2, that stream is reset.
    pub write_timeout: Duration,
    /// How long an HTTP/2 connection may be silent before it is pinged, and
    /// any other before the system probes it; 60 s by default, `None` never
    /// asks.
    pub ping_interval: Option<Duration>,
    /// How long the answer to a ping may take; 20 s by default. The connection
    /// is closed.
    pub ping_timeout: Duration,
    /// How many connections there may be; 10,000 by default. A further one is
    /// closed at once.
    pub connections: usize,
    /// How many requests may run, on all connections, a stream until its end;
    /// 10,000 by default. HTTP 503 and gRPC `UNAVAILABLE`, with `Retry-After`.
    pub requests: usize,
    /// How many requests may run on one HTTP/2 connection; 256 by default. The
    /// client is told, and waits.
    pub requests_per_connection: u32,
    /// How many streams with a replay window may wait for clients that have
    /// gone; 1,024 by default, 0 is none. For a further one, the caller with
    /// most of them loses its oldest, whose handler is cancelled.
    pub parked_streams: usize,
    /// How many of them may be one caller's; 64 by default, 0 is none. For a
    /// further one it loses its oldest. Callers are told apart by principal,
    /// those without one by address, of IPv6 the first 64 bits.
    pub parked_streams_per_caller: usize,
    /// How long such a stream waits; 60 s by default. Then its handler is
    /// cancelled.
    pub resume_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 4 << 20,
            stream_bytes: 1 << 30,
            header_bytes: 64 << 10,
            uri_bytes: 16 << 10,
            query_bytes: 8 << 10,
            header_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(30),
            body_rate: 240,
            stream_idle: Some(Duration::from_secs(600)),
            write_timeout: Duration::from_secs(60),
            ping_interval: Some(Duration::from_secs(60)),
            ping_timeout: Duration::from_secs(20),
            connections: 10_000,
            requests: 10_000,
            requests_per_connection: 256,
            parked_streams: 1024,
            parked_streams_per_caller: 64,
            resume_time: Duration::from_secs(60),
        }
    }
}

/// How many streams wait for clients that have gone, and how long.
#[cfg(feature = "rest")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parks {
    pub(crate) streams: usize,
    pub(crate) per_caller: usize,
    pub(crate) time: Duration,
}

/// How messages are read and written on the transports of a socket.
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wire {
    /// The longest message, in bytes.
    pub(crate) message_bytes: usize,
    /// How much the messages of a request stream hold together.
    pub(crate) stream: Allowance,
    /// How fast the body of a request with one message must come.
    pub(crate) pace: Pace,
    /// How long a stream may be silent.
    pub(crate) stream_idle: Option<Duration>,
    pub(crate) json: json::Options,
    /// Whether replies are compressed for callers that accept it.
    #[cfg(any(feature = "connect", feature = "grpc"))]
    pub(crate) gzip: bool,
    #[cfg(feature = "rest")]
    pub(crate) parks: Parks,
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
    pub(crate) cors: Option<super::Cors>,
    #[cfg(feature = "server")]
    pub(crate) limits: Limits,
    /// The names that the server answers to, where they were said.
    #[cfg(feature = "server")]
    pub(crate) hosts: Option<Vec<String>>,
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
            cors: None,
            #[cfg(feature = "server")]
            limits: Limits::default(),
            #[cfg(feature = "server")]
            hosts: None,
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
            stream: Allowance::new(&self.limits),
            pace: Pace::new(&self.limits),
            stream_idle: self.limits.stream_idle,
            json: self.json,
            #[cfg(any(feature = "connect", feature = "grpc"))]
            gzip: self.gzip,
            #[cfg(feature = "rest")]
            parks: Parks {
                streams: self.limits.parked_streams,
                per_caller: self.limits.parked_streams_per_caller,
                time: self.limits.resume_time,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_has_the_default_that_it_says() {
        let own = Limits::default();
        let sizes = [own.message_bytes, own.header_bytes, own.uri_bytes, own.query_bytes];
        assert_eq!(sizes, [4096, 64, 16, 8].map(|kibibytes| kibibytes * 1024));
        let times = [own.header_timeout, own.body_timeout, own.write_timeout, own.ping_timeout];
        assert_eq!(times.map(|own| own.as_secs()), [30, 30, 60, 20]);
        assert_eq!(own.stream_bytes, 1 << 30);
        assert_eq!(own.body_rate, 240);
        assert_eq!(own.stream_idle, Some(Duration::from_secs(10 * 60)));
        assert_eq!(own.ping_interval, Some(Duration::from_secs(60)));
        assert_eq!([own.connections, own.requests], [10_000, 10_000]);
        assert_eq!(own.requests_per_connection, 256);
        assert_eq!([own.parked_streams, own.parked_streams_per_caller], [1024, 64]);
        assert_eq!(own.resume_time, Duration::from_secs(60));
    }
}

//! Cross-origin requests: which web pages of other origins a browser lets call
//! this server.
//!
//! Source: <https://fetch.spec.whatwg.org/#http-cors-protocol>. tower-http's
//! layer would answer every `OPTIONS` request, also one that asks REST for the
//! methods of a path, and panics on settings that contradict each other.

mod policy;

use std::time::Duration;

pub(super) use policy::Policy;

/// The request headers that our transports read, beside those that browsers
/// always send.
const READ: &str = "accept, authorization, content-type, content-encoding, \
    connect-protocol-version, connect-timeout-ms, connect-content-encoding, \
    connect-accept-encoding, grpc-timeout, grpc-encoding, grpc-accept-encoding, x-grpc-web, \
    x-user-agent, idempotency-key, last-event-id, request-timeout, traceparent, tracestate, \
    x-correlation-id";

/// The response headers that clients of our transports read, beside those that
/// browsers always show.
const SHOWN: &str = "accept-post, allow, content-encoding, connect-content-encoding, \
    connect-accept-encoding, grpc-status, grpc-message, grpc-status-details-bin, grpc-encoding, \
    grpc-accept-encoding, retry-after, traceresponse, www-authenticate, x-correlation-id";

const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";

/// Whose pages may call.
#[derive(Clone, Debug)]
enum Origins {
    Any,
    These(Vec<String>),
}

/// Which pages of other origins may call, and what they may send and see.
///
/// By default they may use every method and every header that a transport of
/// agentgen knows, but no cookies. Of a page that may not call, a browser hides
/// every reply; other clients ask nobody.
///
/// ```
/// use std::time::Duration;
/// use agentgen::server::Cors;
///
/// let cors = Cors::origins(["https://app.example"])
///     .allow_headers(["x-tenant"])
///     .max_age(Duration::from_secs(600));
/// ```
#[derive(Clone, Debug)]
pub struct Cors {
    origins: Origins,
    methods: Option<Vec<String>>,
    headers: Vec<String>,
    shown: Vec<String>,
    credentials: bool,
    max_age: Duration,
}

impl Cors {
    fn new(origins: Origins) -> Self {
        Self {
            origins,
            methods: None,
            headers: Vec::new(),
            shown: Vec::new(),
            credentials: false,
            max_age: Duration::from_secs(2 * 60 * 60),
        }
    }

    /// Pages of every origin may call: for services without any authority of
    /// their own. Not to be had with [`credentials`](Self::credentials).
    pub fn any_origin() -> Self {
        Self::new(Origins::Any)
    }

    /// Pages of these origins may call, each as `https://app.example` or
    /// `http://localhost:3000`: scheme, host, and the port where it is not the
    /// scheme's.
    pub fn origins(origins: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::new(Origins::These(origins.into_iter().map(Into::into).collect()))
    }

    /// Only these HTTP methods may be used, such as `GET`, instead of all that
    /// routes have.
    #[must_use]
    pub fn methods(mut self, methods: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.methods = Some(methods.into_iter().map(Into::into).collect());
        self
    }

    /// These request headers may be sent too: a contract's own metadata.
    #[must_use]
    pub fn allow_headers(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.headers.extend(names.into_iter().map(Into::into));
        self
    }

    /// Pages may read these response headers too: those that handlers set, and
    /// `trailer-x` for a trailer `x` over Connect.
    #[must_use]
    pub fn expose_headers(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.shown.extend(names.into_iter().map(Into::into));
        self
    }

    /// Lets browsers send cookies and client certificates; off by default.
    #[must_use]
    pub fn credentials(mut self) -> Self {
        self.credentials = true;
        self
    }

    /// How long a browser may keep what it was told of a path, in whole
    /// seconds; 2 h by default, which is also the most that browsers keep.
    #[must_use]
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }
}

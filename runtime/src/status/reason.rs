//! Why the runtime itself refuses or ends a call: the reasons of its `ErrorInfo`,
//! each with its canonical code and its HTTP status, in one table.
//!
//! A reason is also kept beside the details: an error of another server that was
//! passed on has the HTTP status of its code, whatever reason it names.

use std::borrow::Cow;
use std::fmt;

use super::{Code, Status};

/// The domain of the runtime's own reasons.
const DOMAIN: &str = "agentgen";

struct Row {
    reason: Reason,
    name: &'static str,
    code: Code,
    http: u16,
}

macro_rules! reasons {
    ($($reason:ident $name:literal $code:ident $http:literal $text:literal;)*) => {
        /// Why the runtime itself refuses or ends a call: the `reason` of an
        /// [`ErrorInfo`](super::ErrorInfo) with the domain [`Reason::DOMAIN`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Reason {
            $(#[doc = $text] $reason,)*
        }

        /// Indexed by the reason's number.
        const TABLE: &[Row] = &[
            $(Row { reason: Reason::$reason, name: $name, code: Code::$code, http: $http },)*
        ];
    };
}

reasons! {
    BodyTooLarge "BODY_TOO_LARGE" ResourceExhausted 413 "A body, or a message of it, is too long.";
    UriTooLong "URI_TOO_LONG" ResourceExhausted 414 "Path and query are too long.";
    HeadersTooLarge "HEADERS_TOO_LARGE" ResourceExhausted 431 "The headers are too long.";
    ReplyTooLarge "REPLY_TOO_LARGE" ResourceExhausted 500 "A reply is longer than a frame can say.";
    RequestTimeout "REQUEST_TIMEOUT" DeadlineExceeded 408 "The request did not come in time.";
    StreamIdle "STREAM_IDLE" DeadlineExceeded 504 "Nothing moved on a stream for too long.";
    DeadlineExceeded "DEADLINE_EXCEEDED" DeadlineExceeded 504 "The call was not done in time.";
    ServerBusy "SERVER_BUSY" Unavailable 503 "Too many requests run.";
    ServerStopping "SERVER_STOPPING" Unavailable 503 "The server stops.";
    LayerFailed "LAYER_FAILED" Unavailable 503 "A middleware failed without a status.";
    RequestCutOff "REQUEST_CUT_OFF" Cancelled 499 "The caller went away.";
    UnknownHost "UNKNOWN_HOST" PermissionDenied 421 "The request is for another host.";
    OriginRefused "ORIGIN_REFUSED" PermissionDenied 403 "A page of this origin may not call.";
    AuthenticationRequired "AUTHENTICATION_REQUIRED" Unauthenticated 401 "No caller is known.";
    ScopeMissing "SCOPE_MISSING" PermissionDenied 403 "The caller lacks a scope of the rpc.";
    UnknownRoute "UNKNOWN_ROUTE" NotFound 404 "No route has this path.";
    UnknownRpc "UNKNOWN_RPC" Unimplemented 404 "No rpc of gRPC or Connect has this path.";
    UnsupportedMethod "UNSUPPORTED_METHOD" Unimplemented 405 "The path has no such HTTP method.";
    NotAcceptable "NOT_ACCEPTABLE" Unimplemented 406 "The reply has no form that is accepted.";
    UnsupportedMediaType "UNSUPPORTED_MEDIA_TYPE" Unimplemented 415 "The body is of another type.";
    UnsupportedEncoding "UNSUPPORTED_ENCODING" Unimplemented 415 "The body is packed another way.";
    UpgradeRequired "UPGRADE_REQUIRED" Unimplemented 426 "The upgrade is to another version.";
    UnsupportedHttpVersion "UNSUPPORTED_HTTP_VERSION" Unimplemented 505 "The rpc needs HTTP/2.";
    WrongMessageCount "WRONG_MESSAGE_COUNT" Unimplemented 501 "Not the one message that is due.";
    MalformedRequest "MALFORMED_REQUEST" InvalidArgument 400 "It is not as its protocol asks.";
    MalformedFrame "MALFORMED_FRAME" Internal 500 "A message of gRPC or Connect is framed wrongly.";
    InvalidMessage "INVALID_MESSAGE" InvalidArgument 400 "Body, path and query make no message.";
    FieldViolations "FIELD_VIOLATIONS" InvalidArgument 400 "Rules of the contract do not hold.";
    RuleFailed "RULE_FAILED" Internal 500 "A rule of the contract cannot be evaluated.";
    HandlerPanicked "HANDLER_PANICKED" Internal 500 "The handler panicked.";
    InvalidReply "INVALID_REPLY" Internal 500 "A reply has no form that can be sent.";
    IncompatibleContract "INCOMPATIBLE_CONTRACT" FailedPrecondition 400 "Work of another contract.";
    AttemptsCrashed "ATTEMPTS_CRASHED" Aborted 409 "No attempt at the work came to an end.";
    ReplyForgotten "REPLY_FORGOTTEN" AlreadyExists 409 "The reply to done work is not kept.";
}

impl Reason {
    /// The `domain` of every `ErrorInfo` with one of these reasons.
    pub const DOMAIN: &'static str = DOMAIN;

    /// Every reason there is.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.reason)
    }

    fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// The reason as an `ErrorInfo` has it, such as `BODY_TOO_LARGE`.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The canonical code of such an error.
    pub fn code(self) -> Code {
        self.row().code
    }

    /// The HTTP status of such an error over REST.
    pub fn http(self) -> u16 {
        self.row().http
    }

    /// The reason of an error that the runtime made, in this process or in that of
    /// a server that was called.
    pub fn of(status: &Status) -> Option<Self> {
        let info = status.details().info.as_ref().filter(|info| info.domain == DOMAIN)?;
        TABLE.iter().find(|row| row.name == info.reason).map(|row| row.reason)
    }

    /// An error of the runtime's own.
    #[cold]
    pub(crate) fn status(self, message: impl Into<Cow<'static, str>>) -> Status {
        let mut status = Status::new(self.code(), message).with_reason(self.name(), DOMAIN);
        status.0.reason = Some(self);
        status
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Status {
    /// The HTTP status that stands for this one.
    pub(crate) fn http(&self) -> u16 {
        self.0.reason.map_or(self.code().http(), Reason::http)
    }

    /// The same as the type of the HTTP layer.
    #[cfg(feature = "server")]
    pub(crate) fn http_status(&self) -> http::StatusCode {
        let status = http::StatusCode::from_u16(self.http());
        status.unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// When to try again, as the header `Retry-After` says it: in whole seconds, as
    /// rounding down would invite a call too early.
    #[cfg(any(feature = "connect", feature = "rest"))]
    pub(crate) fn retry_after_header(&self) -> Option<http::HeaderValue> {
        let delay = self.details().retry_after?;
        Some((delay.as_secs() + u64::from(delay.subsec_nanos() > 0)).into())
    }

    /// `what` is longer than `limit` bytes. It is so at every attempt.
    #[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
    pub(crate) fn too_long(what: impl fmt::Display, limit: impl fmt::Display) -> Self {
        let text = format!("{what} is longer than {limit} bytes");
        Reason::BodyTooLarge.status(text).with_retryable(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_indexed_by_number_and_has_names_of_the_standard_form() {
        for (number, row) in TABLE.iter().enumerate() {
            assert_eq!(row.reason as usize, number);
            let name = row.name.as_bytes();
            assert!((3..=63).contains(&name.len()), "{}", row.reason);
            assert!(name.iter().all(|own| own.is_ascii_uppercase() || *own == b'_'));
            assert_eq!(TABLE.iter().filter(|other| other.name == row.name).count(), 1);
            assert_eq!(Reason::of(&row.reason.status("")), Some(row.reason));
        }
    }

    #[test]
    fn the_http_status_is_that_of_the_reason_where_the_runtime_made_the_error() {
        let own = Reason::UriTooLong.status("long");
        assert_eq!((own.code(), own.http()), (Code::ResourceExhausted, 414));
        assert_eq!(own.to_json()["error"]["code"], 414);
        let passed_on = Status::from_proto(&own.to_proto());
        assert_eq!(Reason::of(&passed_on), Some(Reason::UriTooLong));
        assert_eq!(passed_on.http(), 429);
        assert_eq!(Reason::of(&own.with_reason("URI_TOO_LONG", "acme.example")), None);
    }

    #[test]
    #[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
    fn what_is_too_long_is_so_at_every_attempt() {
        let status = Status::too_long("a message", 9);
        assert_eq!(status.to_string(), "RESOURCE_EXHAUSTED: a message is longer than 9 bytes");
        assert_eq!((status.http(), status.is_retryable()), (413, false));
        assert_eq!(Status::resource_exhausted("busy").http(), 429);
    }
}

//! What is longer than a limit. HTTP has a status of its own for it, which the
//! code does not tell: it is that of every quota.

#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
use self::transports::Oversize;
use super::Status;

impl Status {
    /// The HTTP status that stands for this one.
    pub(crate) fn http(&self) -> u16 {
        #[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
        if let Some(http) = Oversize::http(self) {
            return http;
        }
        self.code().http()
    }
}

/// Who has such limits.
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
mod transports {
    use std::borrow::Cow;
    use std::error::Error;
    use std::fmt;

    use http::StatusCode;

    use super::Status;
    use crate::Code;

    /// The source of a status that says so.
    #[derive(Debug)]
    pub(super) enum Oversize {
        /// A message or a body.
        Content,
        /// Headers and trailers.
        Headers,
    }

    impl Oversize {
        pub(super) fn http(status: &Status) -> Option<u16> {
            // A code that somebody has put in its place has a status of its own.
            let http = match (status.code(), status.source()?.downcast_ref()?) {
                (Code::ResourceExhausted, Self::Content) => StatusCode::PAYLOAD_TOO_LARGE,
                (Code::OutOfRange, Self::Headers) => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                _ => return None,
            };
            Some(http.as_u16())
        }
    }

    impl fmt::Display for Oversize {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a limit of this server")
        }
    }

    impl Error for Oversize {}

    impl Status {
        /// `what` is longer than `limit` bytes. It is so at every attempt.
        pub(crate) fn too_long(what: impl fmt::Display, limit: impl fmt::Display) -> Self {
            let status = Self::resource_exhausted(format!("{what} is longer than {limit} bytes"));
            status.with_source(Oversize::Content).with_retryable(false)
        }

        /// The headers of a request are too long, its trailers among them.
        pub(crate) fn long_headers(text: impl Into<Cow<'static, str>>) -> Self {
            Self::out_of_range(text).with_source(Oversize::Headers)
        }
    }
}

#[cfg(all(test, any(feature = "connect", feature = "grpc", feature = "rest")))]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_has_a_status_of_its_own_over_http() {
        let status = Status::too_long("a message", 9);
        assert_eq!(status.to_string(), "RESOURCE_EXHAUSTED: a message is longer than 9 bytes");
        assert_eq!((status.http(), status.is_retryable()), (413, false));
        assert_eq!(status.to_json()["error"]["code"], 413);
        assert_eq!(Status::resource_exhausted("busy").http(), 429);
        assert_eq!(Status::long_headers("so long").http(), 431);
        assert_eq!(Status::out_of_range("too far").http(), 400);
    }
}

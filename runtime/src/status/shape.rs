//! The forms of error bodies over HTTP.

/// The form of an error body over HTTP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ErrorShape {
    /// The error object of AIP-193, `application/json`:
    /// `{"error": {"code": 404, "status": "NOT_FOUND", "message": …, "details": […]}}`.
    #[default]
    Aip193,
    /// A bare `google.rpc.Status`, `application/json`:
    /// `{"code": 5, "message": …, "details": […]}`.
    RpcStatus,
    /// Problem details of RFC 9457, `application/problem+json`:
    /// `{"type": …, "title": …, "status": 404, "detail": …, …}`.
    ProblemDetails,
}

impl ErrorShape {
    /// The media type of a body of this form.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Aip193 | Self::RpcStatus => "application/json",
            Self::ProblemDetails => "application/problem+json",
        }
    }
}

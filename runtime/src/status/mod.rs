//! What went wrong, in one form for every transport: a code, a message for
//! developers, and details for programs.

mod causes;
mod code;
mod derived;
mod details;
mod json;
mod reason;
mod shape;
mod standard;
mod wire;

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use code::Code;
#[doc(hidden)]
pub use derived::{
    AnError, FromStatus, RetryAfter, Uses, Violations, error, from_status, retry_after, violations,
};
pub use details::{Details, ErrorInfo, FieldViolation, LocalizedMessage};
pub use reason::Reason;
pub use shape::ErrorShape;

/// The outcome of an rpc that failed.
///
/// The source error stays in the process: it shows in traces and in `Debug`,
/// and never reaches the wire.
#[derive(Clone)]
pub struct Status(Box<Inner>);

#[derive(Clone)]
struct Inner {
    code: Code,
    message: Cow<'static, str>,
    details: Details,
    retryable: Option<bool>,
    /// Why, where the runtime made it.
    reason: Option<Reason>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

macro_rules! constructors {
    ($($name:ident $code:ident $text:literal;)*) => {$(
        #[doc = concat!("A status with [`Code::", stringify!($code), "`]: ", $text, ".")]
        pub fn $name(message: impl Into<Cow<'static, str>>) -> Self {
            Self::new(Code::$code, message)
        }
    )*};
}

impl Status {
    /// A status without details.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            code,
            message: message.into(),
            details: Details::default(),
            retryable: None,
            reason: None,
            source: None,
        }))
    }

    constructors! {
        cancelled Cancelled "the caller gave up";
        unknown Unknown "an error without a better code";
        invalid_argument InvalidArgument "the request is wrong";
        deadline_exceeded DeadlineExceeded "the deadline passed";
        not_found NotFound "the named entity does not exist";
        already_exists AlreadyExists "the entity exists already";
        permission_denied PermissionDenied "the caller may not do this";
        resource_exhausted ResourceExhausted "a quota or capacity is used up";
        failed_precondition FailedPrecondition "the system is in the wrong state";
        aborted Aborted "a concurrent change got in the way";
        out_of_range OutOfRange "a value lies past the valid range";
        unimplemented Unimplemented "the server does not implement this rpc";
        internal Internal "an invariant of the server broke";
        unavailable Unavailable "the service cannot be reached for now";
        data_loss DataLoss "data was lost for good";
        unauthenticated Unauthenticated "the caller is not known";
    }

    /// The canonical code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The message, meant for developers, in English.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The details for programs.
    pub fn details(&self) -> &Details {
        &self.0.details
    }

    /// The details, to add to.
    pub fn details_mut(&mut self) -> &mut Details {
        &mut self.0.details
    }

    /// Names the machine-readable reason (`UPPER_SNAKE_CASE`) and its domain.
    #[must_use]
    pub fn with_reason(mut self, reason: impl Into<String>, domain: impl Into<String>) -> Self {
        let info = self.0.details.info.get_or_insert_default();
        info.reason = reason.into();
        info.domain = domain.into();
        self
    }

    /// Tells the caller how long to wait before the next attempt.
    #[must_use]
    pub fn with_retry_after(mut self, delay: Duration) -> Self {
        self.0.details.retry_after = Some(delay);
        self
    }

    /// Says whether the same request may succeed later, where the code says otherwise.
    ///
    /// It decides between another attempt and the dead letter where the work came from a
    /// queue; it stays in the process, since no transport has a place for it.
    #[must_use]
    pub fn with_retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = Some(retryable);
        self
    }

    /// Whether the same request may succeed later: as [`with_retryable`](Self::with_retryable)
    /// says, or else as the code does.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable.unwrap_or_else(|| self.code().is_retryable())
    }

    /// Adds one faulty field: its path in the request, and what is wrong.
    #[must_use]
    pub fn with_violation(
        mut self,
        field: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        self.0.details.violations.push(FieldViolation {
            field: field.into(),
            description: description.into(),
            ..FieldViolation::default()
        });
        self
    }

    /// Keeps the error that caused this status, for traces.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.message())
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Status")
            .field("code", &self.0.code)
            .field("message", &self.0.message)
            .field("details", &self.0.details)
            .field("source", &self.0.source)
            .finish()
    }
}

impl Error for Status {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl From<std::convert::Infallible> for Status {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

//! The seventeen canonical codes and the one table that maps each of them to
//! gRPC, HTTP and a retry verdict. Every transport and the queue read this
//! table; nothing else in the workspace knows a status number.
//!
//! Source of the HTTP column: `google/rpc/code.proto`.

use std::fmt;

/// A canonical status code, as defined by `google/rpc/code.proto`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Code {
    /// Success.
    Ok = 0,
    /// The caller gave up.
    Cancelled = 1,
    /// An error without a better code.
    Unknown = 2,
    /// The request is wrong, whatever the state of the system.
    InvalidArgument = 3,
    /// The deadline passed before the work was done.
    DeadlineExceeded = 4,
    /// The named entity does not exist.
    NotFound = 5,
    /// The entity to create exists already.
    AlreadyExists = 6,
    /// The caller is known, and may not do this.
    PermissionDenied = 7,
    /// A quota or a capacity is used up.
    ResourceExhausted = 8,
    /// The system is not in the state that the request needs.
    FailedPrecondition = 9,
    /// A concurrent change got in the way.
    Aborted = 10,
    /// A value lies past the valid range.
    OutOfRange = 11,
    /// The server does not implement this rpc.
    Unimplemented = 12,
    /// An invariant of the server broke.
    Internal = 13,
    /// The service cannot be reached for now.
    Unavailable = 14,
    /// Data was lost or corrupted for good.
    DataLoss = 15,
    /// The caller is not known.
    Unauthenticated = 16,
}

struct Row {
    code: Code,
    name: &'static str,
    http: u16,
    retryable: bool,
}

const fn row(code: Code, name: &'static str, http: u16, retryable: bool) -> Row {
    Row { code, name, http, retryable }
}

/// Indexed by the code's number.
const TABLE: [Row; 17] = [
    row(Code::Ok, "OK", 200, false),
    row(Code::Cancelled, "CANCELLED", 499, true),
    row(Code::Unknown, "UNKNOWN", 500, true),
    row(Code::InvalidArgument, "INVALID_ARGUMENT", 400, false),
    row(Code::DeadlineExceeded, "DEADLINE_EXCEEDED", 504, true),
    row(Code::NotFound, "NOT_FOUND", 404, false),
    row(Code::AlreadyExists, "ALREADY_EXISTS", 409, false),
    row(Code::PermissionDenied, "PERMISSION_DENIED", 403, false),
    row(Code::ResourceExhausted, "RESOURCE_EXHAUSTED", 429, true),
    row(Code::FailedPrecondition, "FAILED_PRECONDITION", 400, false),
    row(Code::Aborted, "ABORTED", 409, true),
    row(Code::OutOfRange, "OUT_OF_RANGE", 400, false),
    row(Code::Unimplemented, "UNIMPLEMENTED", 501, false),
    row(Code::Internal, "INTERNAL", 500, true),
    row(Code::Unavailable, "UNAVAILABLE", 503, true),
    row(Code::DataLoss, "DATA_LOSS", 500, false),
    row(Code::Unauthenticated, "UNAUTHENTICATED", 401, false),
];

impl Code {
    fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// The number on the gRPC wire.
    pub fn number(self) -> i32 {
        i32::from(self as u8)
    }

    /// The code of a gRPC number; `Unknown` for a number that is not defined.
    pub fn from_number(number: i32) -> Self {
        usize::try_from(number)
            .ok()
            .and_then(|index| TABLE.get(index))
            .map_or(Self::Unknown, |row| row.code)
    }

    /// The name as `google.rpc.Code` spells it, such as `NOT_FOUND`.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The code with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.name == name).map(|row| row.code)
    }

    /// The HTTP status that stands for this code.
    pub fn http(self) -> u16 {
        self.row().http
    }

    /// The code that best describes an HTTP status of a peer which sent no
    /// code of its own.
    pub fn from_http(status: u16) -> Self {
        match status {
            400 => Self::InvalidArgument,
            409 => Self::Aborted,
            _ if (200..300).contains(&status) => Self::Ok,
            _ => TABLE
                .iter()
                .find(|row| row.http == status && row.code != Self::Unknown)
                .map_or(Self::from_http_class(status), |row| row.code),
        }
    }

    fn from_http_class(status: u16) -> Self {
        match status {
            405 | 415 => Self::Unimplemented,
            400..500 => Self::FailedPrecondition,
            502 => Self::Unavailable,
            _ => Self::Unknown,
        }
    }

    /// Whether the same request may succeed later. A queue consumer retries
    /// these and sends the others to the dead letter at once.
    pub fn is_retryable(self) -> bool {
        self.row().retryable
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_indexed_by_number() {
        for (number, row) in (0..).zip(&TABLE) {
            assert_eq!(row.code.number(), number);
            assert_eq!(Code::from_number(number), row.code);
            assert_eq!(Code::from_name(row.name), Some(row.code));
        }
        assert_eq!(Code::from_number(17), Code::Unknown);
        assert_eq!(Code::from_number(-1), Code::Unknown);
    }

    #[test]
    fn http_statuses_map_back_to_a_code_with_that_status() {
        for status in [200, 400, 401, 403, 404, 409, 429, 499, 500, 501, 503, 504] {
            assert_eq!(Code::from_http(status).http(), status);
        }
    }
}

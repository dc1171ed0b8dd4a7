//! Payloads that one side writes and the other misreads: what makes a finding
//! believable, and what the rules are tested against.

pub mod binary;
mod diff;
mod error;
mod http;
pub mod json;
mod render;
mod required;
mod search;
mod tree;
mod types;
mod validation;

pub use diff::{Difference, Direction, Encoding, Exchange, Sort, elements_of};
pub use error::ReadError;
pub use tree::{Slot, Tree, Unknown, Value};
pub use types::{Member, Types};

use super::finding::Finding;
use super::pair::Comparison;

/// Something that one side sends and the other does not take as it was meant.
/// `Display` tells it in two lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Who reads whom.
    pub direction: Direction,
    /// The full name of the message, as the writer calls it; of the rpc for
    /// requests.
    pub subject: String,
    /// What is sent.
    pub payload: Payload,
    /// What the reader makes of it.
    pub reading: Reading,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// An encoded message.
    Binary {
        /// The bytes.
        bytes: Vec<u8>,
        /// The same as JSON, as the writer would put it; `None` where it has
        /// none.
        json: Option<String>,
    },
    /// A message in JSON.
    Json {
        /// The text.
        json: String,
    },
    /// The body of an HTTP response.
    Response {
        /// The text.
        json: String,
    },
    /// An HTTP request.
    Request {
        /// Verb and path.
        line: String,
        /// The body, if there is one.
        body: Option<String>,
    },
}

/// What the reader makes of a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It refuses the payload.
    Refused {
        /// Why.
        why: String,
    },
    /// It reads something else.
    Misread {
        /// What it reads, as JSON in its own terms; `None` where that has
        /// none.
        json: Option<String>,
        /// What became of the fields.
        differences: Vec<Difference>,
    },
}

impl Witness {
    /// The bytes in hex, of an encoded message.
    pub fn hex(&self) -> Option<String> {
        match &self.payload {
            Payload::Binary { bytes, .. } => Some(render::hex(bytes)),
            _ => None,
        }
    }

    /// The message in JSON, or the body of the request.
    pub fn json(&self) -> Option<&str> {
        match &self.payload {
            Payload::Binary { json, .. } => json.as_deref(),
            Payload::Json { json } | Payload::Response { json } => Some(json),
            Payload::Request { body, .. } => body.as_deref(),
        }
    }
}

/// A payload that bears a finding out: written by one side in a direction that
/// the finding names, and lost, refused or read as another value by the other.
/// `None` where nothing on the wire shows the finding, as for generated code.
pub fn witness(cx: &Comparison<'_, '_>, finding: &Finding) -> Option<Witness> {
    search::payload(cx, finding)
}

//! Which messages a consumer takes for requests: those of its own contract, and
//! those that others publish without any.

use super::dead::Cause;
use super::envelope::{self, Schema, names};
use crate::service::Rpc;
use crate::status::Reason;
use crate::{Metadata, Status};

/// What becomes of messages without an envelope, as programs publish them that
/// know nothing of this one: a body, and no `CloudEvents` attributes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Foreign {
    /// They need a `content-type`, as all do; the rest is dead-lettered. Two of
    /// them are never taken for the same piece of work.
    #[default]
    Strict,
    /// One without a `content-type` is JSON. A message that the broker delivers
    /// twice is handled once; two messages with the same body are two.
    ByMessage,
    /// As `ByMessage`, and two messages with the same body are one piece of
    /// work, as long as its result is remembered: for producers that repeat
    /// what they are not sure of, and say nothing twice on purpose.
    ByBody,
}

impl Foreign {
    /// Whether a message is from such a producer, and taken.
    pub(super) fn takes(self, headers: &Metadata) -> bool {
        self != Self::Strict && headers.get(names::SPEC_VERSION).is_none()
    }
}

/// Which contracts' messages are read.
#[derive(Clone, Debug, Default)]
pub(super) struct Contracts {
    /// Digests that are read whatever the contract is called.
    pub(super) digests: Vec<String>,
    /// Whether the consumer's own digest and those above are all.
    pub(super) exact: bool,
}

impl Contracts {
    /// Refuses what follows another contract. What says nothing of its contract
    /// is not refused: whether it can be read is for the decoder to say.
    pub(super) fn admit(&self, rpc: &Rpc, headers: &Metadata) -> Result<(), (Cause, Status)> {
        let Some(text) = envelope::get(headers, names::DATA_SCHEMA) else { return Ok(()) };
        let Some(theirs) = Schema::parse(&text) else { return Ok(()) };
        let ours = Schema::of(rpc.service(), rpc.method().input.name);
        if self.digests.iter().any(|digest| digest == theirs.digest) {
            return Ok(());
        }
        let why = if theirs.contract != ours.contract {
            "it follows another contract"
        } else if theirs.version != ours.version {
            "it follows another version of the contract"
        } else if theirs.message != ours.message {
            "it is a message of another type"
        } else if self.exact && theirs.digest != ours.digest {
            "it follows another state of the contract"
        } else {
            return Ok(());
        };
        let (theirs, ours) = (theirs.text(), ours.text());
        let text = format!("{why}: it says `{theirs}`, and `{ours}` is read here");
        Err((Cause::Incompatible, Reason::IncompatibleContract.status(text)))
    }
}

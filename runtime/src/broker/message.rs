//! What goes into a broker and what can be asked of it.

use std::time::Duration;

use bytes::Bytes;

use crate::Metadata;

/// What the subjects of callers begin with.
pub(super) const REPLIES: &str = "agentgen.reply.";

/// Whether a subject belongs to one caller, and goes with it: what nobody waits
/// for there is not kept.
pub(super) fn is_reply(subject: &str) -> bool {
    subject.starts_with(REPLIES)
}

/// The group of a caller under its subject.
pub(crate) const CALLERS: &str = "caller";

/// On a message that could not be read whole, what is wrong with it. Consumers move it
/// to the dead letter without an attempt.
pub const DAMAGE: &str = "dlq-damage";

/// On a message of another program, what was stored beside what could be read of it: a
/// JSON array of pairs of name and value, where `{"base64": …}` stands for what is no text.
pub const RAW: &str = "agentgen-raw";

/// A message to publish.
#[derive(Clone, Debug, Default)]
pub struct Publish {
    /// Where it goes: segments separated by dots.
    pub subject: String,
    /// The headers, delivered as they are.
    pub headers: Metadata,
    /// The content.
    pub body: Bytes,
    /// How long it is held back before its first delivery.
    pub delay: Duration,
    /// Messages of one key and group are delivered one at a time, in the order
    /// of publication, over retries too; one that is held back holds back its
    /// successors.
    pub ordering_key: Option<String>,
    /// A second message of this key, subject and dedupe window is accepted and
    /// dropped. `None` always stores.
    pub dedupe_key: Option<String>,
    /// How long it is worth delivering; dropped afterwards. `None` is for ever.
    pub expires_in: Option<Duration>,
}

impl Publish {
    /// A message for `subject`, to be delivered at once.
    pub fn new(subject: impl Into<String>, headers: Metadata, body: impl Into<Bytes>) -> Self {
        Self { subject: subject.into(), headers, body: body.into(), ..Self::default() }
    }
}

/// The broker's receipt for a published message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// Whether its dedupe key was seen before, so that nothing was stored.
    pub duplicate: bool,
}

/// Which messages a consumer takes.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// The subject, without wildcards.
    pub subject: String,
    /// The consumers of one group share the messages.
    pub group: String,
    /// How long a delivery is leased before it goes to somebody else.
    pub lease: Duration,
    /// The group and what is left in it vanish with this subscription, or a
    /// minute after its process died.
    pub ephemeral: bool,
}

impl Subscription {
    /// A lasting subscription.
    pub fn new(subject: impl Into<String>, group: impl Into<String>, lease: Duration) -> Self {
        Self { subject: subject.into(), group: group.into(), lease, ephemeral: false }
    }
}

/// How many messages of a subject are stored, over all its groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Waiting for a consumer, those that wait for their ordering key included.
    pub ready: u64,
    /// Held back by a delay or until the next attempt.
    pub delayed: u64,
    /// Leased to a consumer.
    pub leased: u64,
}

impl Depth {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.ready + self.delayed + self.leased
    }
}

/// A stored message, seen without consuming it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its position: ascending, never used twice.
    pub position: u64,
    /// The group it waits for; empty while its subject has none.
    pub group: String,
    /// Its headers.
    pub headers: Metadata,
    /// Its content.
    pub body: Bytes,
    /// How many attempts at it have started.
    pub starts: u32,
}

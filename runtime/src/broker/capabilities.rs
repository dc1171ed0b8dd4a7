//! What a backend declares about itself. The behaviour suite asks every
//! promise that is declared here; the runtime fills in for what is not.

/// Something that a backend may or may not do by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Capability {
    /// Messages survive the death of every process that uses the broker.
    Durable,
    /// Several processes may use one broker at once.
    Shared,
    /// A message waits for no consumer in particular: whichever of the group's asks
    /// first has it. Otherwise each process has a part of the subject to itself,
    /// and what is in the part of a busy one waits for it.
    AnyConsumer,
    /// A message that is published before its subject has any group waits for
    /// the first one, instead of being refused.
    Backlog,
    /// A settled delivery is removed in one transaction with what its
    /// settlement publishes and remembers; otherwise these come first, so that
    /// a crash in between repeats them.
    AtomicSettle,
    /// [`Depth`](super::Depth) tells messages apart that are ready, delayed and
    /// leased; otherwise what is delayed or was given back counts as ready or
    /// leased, and the total alone is exact.
    ExactDepth,
    /// Stored messages can be listed without consuming them.
    Browse,
}

/// What a backend can do beyond what its traits ask of every backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities(&'static [Capability]);

impl Capabilities {
    /// Exactly these.
    pub const fn new(capabilities: &'static [Capability]) -> Self {
        Self(capabilities)
    }

    /// Whether the backend can do this.
    pub fn has(self, capability: Capability) -> bool {
        self.0.contains(&capability)
    }
}

//! The rules whose breaks no payload shows.

/// Each with the reason.
pub(crate) const WITHOUT_PAYLOAD: &[(&str, &str)] = &[
    ("reserved-reused", "who misreads is older than the old side, which is not at hand"),
    ("rpc-auth-tightened", "what is refused is the caller, whatever it sends"),
    ("rpc-idempotency-weakened", "one call works, it is the second one that does harm"),
    ("rpc-streaming-changed", "the messages are the same, how many there may be is not"),
];

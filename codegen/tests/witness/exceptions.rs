//! The rules whose breaks no payload shows.

/// Each with the reason.
pub(crate) const WITHOUT_PAYLOAD: &[(&str, &str)] = &[
    ("constraint-tightened", "patterns, formats and expressions are not evaluated"),
    ("error-shape-changed", "errors are made by handlers, no message of the contract shows one"),
    ("field-became-input-only", "a reply that holds less says nothing wrong"),
    ("lro-type-changed", "the types stand in an annotation, a reply holds any of them"),
    ("pagination-changed", "each page is read as it was meant, nobody asks for the next"),
    ("reserved-reused", "who misreads is older than the old side, which is not at hand"),
    ("rpc-auth-tightened", "what is refused is the caller, whatever it sends"),
    ("rpc-idempotency-weakened", "one call works, it is the second one that does harm"),
    ("rpc-streaming-changed", "the messages are the same, how many there may be is not"),
];

//! Typed readers of the options that rules know, over the bytes that
//! [`schema`](super::schema) keeps. No pool is asked: descriptors of editions
//! have none, and most options are never read.

mod agentgen;
mod encoded;
mod google;
mod places;
mod routes;
mod standard;
mod validate;

pub use agentgen::{
    AGENTGEN, Queue, Stream, backoff, error_shape, fully_decoded, queue, queue_as, scopes, stream,
    timeout, tool, validated,
};
pub use encoded::{Encoded, Packed};
pub use google::{
    Behavior, FIELD_BEHAVIOR, HTTP, HttpRule, OPERATION_INFO, Operation, behavior, http_rules,
    operation_info,
};
pub use places::at_option;
pub use routes::{Binding, bindings, served};
pub use standard::{Element, Idempotency, deprecated, idempotency};
pub use validate::{Accepted, Answer, Rules, VALIDATE, field_rules, is_required, message_rules};

pub use crate::contract::defaults::Backoff;

#[cfg(test)]
mod tests;

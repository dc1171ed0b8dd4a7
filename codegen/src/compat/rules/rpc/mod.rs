//! Services, rpcs and what callers may rely on.

mod policies;
mod services;
mod tools;
mod types;

use crate::compat::rule::Rule;

/// The rules of the family.
pub(super) static RULES: &[Rule] = &[
    services::SERVICE_REMOVED,
    services::SERVICE_RENAMED,
    services::RPC_REMOVED,
    services::RPC_RENAMED,
    types::INPUT,
    types::OUTPUT,
    types::STREAMING,
    types::LRO,
    policies::IDEMPOTENCY_WEAKENED,
    policies::IDEMPOTENCY_STRENGTHENED,
    policies::TIMEOUT,
    policies::VALIDATION,
    policies::RETRY,
    policies::AUTH_TIGHTENED,
    policies::AUTH_LOOSENED,
    policies::PAGINATION,
    tools::REMOVED,
    tools::RENAMED,
];

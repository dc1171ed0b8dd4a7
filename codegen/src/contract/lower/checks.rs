//! What holds for the contract as a whole.

use super::Lowering;

/// Checks the lowered contract.
pub(super) fn run(_lowering: &mut Lowering<'_>) {}

//! Runs suspects alone. A message whose attempt died with its process may be
//! the one that killed it; run beside others, it would take them along again
//! and spend their budgets, so that innocents end as dead letters.

use std::time::Duration;

use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// A process dies as a whole, so the gate is one for all consumers in it.
static GATE: RwLock<()> = RwLock::const_new(());

/// How long a suspect waits for the others to finish, and holds back new ones.
/// Then it runs beside them: a handler that waits for the suspect's own reply
/// would wait for ever.
const PATIENCE: Duration = Duration::from_secs(30);

/// Held while a handler runs.
#[derive(Debug)]
pub(super) enum Pass {
    /// Beside others.
    Shared { _guard: RwLockReadGuard<'static, ()> },
    /// Alone.
    Alone { _guard: RwLockWriteGuard<'static, ()> },
}

/// Waits until a handler may run.
pub(super) async fn pass(suspect: bool) -> Pass {
    if suspect && let Ok(guard) = tokio::time::timeout(PATIENCE, GATE.write()).await {
        return Pass::Alone { _guard: guard };
    }
    Pass::Shared { _guard: GATE.read().await }
}

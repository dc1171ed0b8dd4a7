//! What the builds of one variant cost.

use std::process::{Command, Stdio};
use std::time::Duration;

use wait4::Wait4;

use super::workspace::{Variant, Workspace, app_of, contract_of};

/// How often the application is changed in a round of debug builds; the least counts.
const CHANGES: usize = 5;

/// Processor time of a program with everything that it runs.
pub(crate) type Cost = Duration;

/// The builds of a variant.
#[derive(Clone, Copy)]
pub(crate) struct Costs {
    /// Both crates from nothing, the build script included.
    pub(crate) whole: Cost,
    /// The application, from nothing.
    pub(crate) app: Cost,
    /// The application, after a change inside one rpc.
    pub(crate) changed: Cost,
    /// Everything, after a change of the contract.
    pub(crate) contract_changed: Cost,
    /// The program, in bytes.
    pub(crate) size: u64,
}

impl Costs {
    pub(crate) const MAX: Self = Self {
        whole: Cost::MAX,
        app: Cost::MAX,
        changed: Cost::MAX,
        contract_changed: Cost::MAX,
        size: u64::MAX,
    };

    /// The least of each.
    pub(crate) fn min(self, other: Self) -> Self {
        Self {
            whole: self.whole.min(other.whole),
            app: self.app.min(other.app),
            changed: self.changed.min(other.changed),
            contract_changed: self.contract_changed.min(other.contract_changed),
            size: self.size.min(other.size),
        }
    }
}

/// Builds a variant in every way. Always the application is asked for: alone,
/// the contract would take other features of the dependencies, and build them.
pub(crate) fn costs(workspace: &Workspace, variant: &Variant, round: usize) -> Costs {
    let (app, contract) = (app_of(variant), contract_of(variant));
    workspace.clean(&app);
    if variant.contract.is_some() {
        workspace.clean(&contract);
    }
    let whole = workspace.build(variant);
    workspace.clean(&app);
    let of_app = workspace.build(variant);
    let size = workspace.size(variant);
    let change = |number| {
        workspace.write_service(variant, 3, round * CHANGES + number);
        workspace.build(variant)
    };
    // Where it is as short as an incremental build, noise is a good part of it.
    let times = if workspace.release { 1 } else { CHANGES };
    let changed = (1..=times).map(change).min().unwrap_or(Cost::MAX);
    workspace.comment(variant, round + 1);
    let contract_changed = workspace.build(variant);
    Costs { whole, app: of_app, changed, contract_changed, size }
}

/// Runs a program to its end.
pub(crate) fn run(command: &mut Command) -> Cost {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = command.spawn().expect("it runs");
    let end = child.wait4().expect("it ends");
    assert!(end.status.success(), "{command:?}: {}", end.status);
    end.rusage.utime + end.rusage.stime
}

//! What a process takes: processor time of all its threads, and the most
//! memory it held at once.

use std::process::{Command, Stdio};
use std::time::Duration;

use wait4::Wait4;

#[derive(Clone, Copy)]
pub(crate) struct Usage {
    pub(crate) cpu: Duration,
    peak: u64,
}

impl Usage {
    pub(crate) const MAX: Self = Self { cpu: Duration::MAX, peak: u64::MAX };

    /// The least of each.
    pub(crate) fn min(self, other: Self) -> Self {
        Self { cpu: self.cpu.min(other.cpu), peak: self.peak.min(other.peak) }
    }

    /// The peak in units of 1,000,000 bytes.
    #[expect(clippy::cast_precision_loss, reason = "it is printed with one digit")]
    pub(crate) fn peak_mb(self) -> f64 {
        self.peak as f64 / 1e6
    }
}

/// Runs a program to its end, its output thrown away. It has to end with one of
/// these codes.
pub(crate) fn measure(command: &mut Command, codes: &[i32]) -> Usage {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("it runs");
    let end = child.wait4().expect("it ends");
    assert!(
        end.status.code().is_some_and(|code| codes.contains(&code)),
        "{command:?}: {}",
        end.status
    );
    Usage { cpu: end.rusage.utime + end.rusage.stime, peak: end.rusage.maxrss }
}

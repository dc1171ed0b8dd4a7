//! Breaks that somebody accepted: in a comment beside what changed, or in a
//! file with a reason and a day on which it has to be looked at again.

mod date;
mod file;
mod fingerprint;
mod inline;

pub use date::{Date, DateError};
pub use file::{AcceptFile, AcceptFileError, Entry};
#[cfg(feature = "reports")]
pub(super) use fingerprint::digest;
pub use fingerprint::fingerprint;
pub(super) use inline::{Allow, Allows};

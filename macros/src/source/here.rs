//! The contracts that macros have generated in this crate so far: an impl that names
//! none is checked against them, as against that of a build script.
//!
//! The compiler expands macros in the order in which they are written. What stands
//! further down is not known yet: the compiler alone checks the impl then.

use std::ffi::OsString;
use std::sync::{Mutex, PoisonError};

use super::Source;

/// The package's folder and the crate's name: an editor's server expands many.
type Crate = [Option<OsString>; 2];

static GENERATED: Mutex<Vec<(Crate, Source)>> = Mutex::new(Vec::new());

/// Remembers a contract, in place of an earlier state of the same files.
pub(super) fn remember(source: &Source) {
    let here = here();
    let mut generated = GENERATED.lock().unwrap_or_else(PoisonError::into_inner);
    generated.retain(|(place, earlier)| *place != here || !earlier.is_of_files(source));
    generated.push((here, source.clone()));
}

/// Those of the crate that is compiled.
pub(super) fn all() -> Vec<Source> {
    let here = here();
    let generated = GENERATED.lock().unwrap_or_else(PoisonError::into_inner);
    let own = generated.iter().filter(|(place, _)| *place == here);
    own.map(|(_, source)| source.clone()).collect()
}

fn here() -> Crate {
    ["CARGO_MANIFEST_DIR", "CARGO_CRATE_NAME"].map(std::env::var_os)
}

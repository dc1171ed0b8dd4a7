//! A contract is read once for all macros of a crate that name it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use agentgen_codegen::source::SourceError;
use agentgen_codegen::{Loaded, load_with_config};

/// Inputs, include folders and the service config.
type Key = (Vec<PathBuf>, Vec<PathBuf>, Option<PathBuf>);

/// A contract, and when each of its files was written: an editor's server
/// outlives many of their versions.
struct Entry {
    key: Key,
    written: Vec<(PathBuf, Option<SystemTime>)>,
    loaded: Arc<Loaded>,
}

static ENTRIES: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

/// The contract of these files.
pub(super) fn loaded(
    inputs: Vec<PathBuf>,
    includes: Vec<PathBuf>,
    config: Option<PathBuf>,
) -> Result<Arc<Loaded>, SourceError> {
    let key = (inputs, includes, config);
    let mut entries = ENTRIES.lock().unwrap_or_else(PoisonError::into_inner);
    entries.retain(|entry| entry.written.iter().all(|(path, at)| written(path) == *at));
    if let Some(entry) = entries.iter().find(|entry| entry.key == key) {
        return Ok(Arc::clone(&entry.loaded));
    }
    let loaded = Arc::new(load_with_config(&key.0, &key.1, key.2.as_deref())?);
    let paths = loaded.sources.paths().into_iter();
    let written = paths.map(|path| (path.to_owned(), written(path))).collect();
    entries.push(Entry { key, written, loaded: Arc::clone(&loaded) });
    Ok(loaded)
}

fn written(path: impl AsRef<std::path::Path>) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|it| it.modified()).ok()
}

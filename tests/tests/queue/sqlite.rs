//! The `SQLite` broker passes the suite, and stays whole over several handles,
//! crashes and clocks that jump.

use std::path::PathBuf;

use agentgen::broker::Broker;
use agentgen::testing::Fixture;

/// A path that no other test uses; the folder is the build's, and is emptied
/// with it.
pub(crate) fn fresh_file(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("queue");
    std::fs::create_dir_all(&folder).expect("the folder for test files");
    let path = folder.join(format!("{name}-{}.db", std::process::id()));
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.clone().into_os_string();
        file.push(suffix);
        // Left behind by a process of the same number, if at all.
        let _ = std::fs::remove_file(file);
    }
    path
}

/// A store whose URL ends in `settings`, in a file of this test alone.
fn fixture(settings: &str) -> Fixture {
    let name = std::thread::current().name().unwrap_or("sqlite").replace("::", "-");
    let url = format!("sqlite:{}?dedupe_window=1{settings}", fresh_file(&name).display());
    Fixture::new(move || {
        let url = url.clone();
        async move { Broker::open(&url).await }
    })
}

/// Every commit is on the disk when it returns.
mod full {
    agentgen::broker_suite!(super::fixture(""));
}

/// The last commits may be lost with the power, and with nothing less.
mod normal {
    agentgen::broker_suite!(super::fixture("&synchronous=normal"));
}

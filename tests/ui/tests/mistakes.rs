//! The exact message for each mistake: one case of this package's folder each, named
//! after it, and beside it all that the compiler says. `TRYBUILD=overwrite` writes that
//! anew, to be read before it is kept.

use std::fs;
use std::path::Path;

#[test]
fn each_mistake_has_its_message() {
    trybuild::TestCases::new().compile_fail("*.rs");
}

#[test]
fn each_message_is_one_of_a_case() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let paths = entries.map(|entry| entry.path());
    let messages = paths.filter(|path| path.extension().is_some_and(|end| end == "stderr"));
    let stray: Vec<_> = messages.filter(|path| !path.with_extension("rs").exists()).collect();
    assert!(stray.is_empty(), "{stray:?}");
}

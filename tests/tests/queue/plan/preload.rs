//! Libraries that are loaded before a program and stand between it and the
//! system; each is one file of C.

use std::path::PathBuf;
use std::process::Command;

use crate::sqlite::fresh_file;

/// The library that `NAME.c` beside this file makes.
pub(crate) fn library(name: &str) -> String {
    let source = format!("{}/tests/queue/plan/{name}.c", env!("CARGO_MANIFEST_DIR"));
    let library: PathBuf = fresh_file(&format!("{name}-library"));
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).args([&source, "-ldl"]);
    assert!(compiler.status().expect("a C compiler").success(), "{source} is not compiled");
    library.display().to_string()
}

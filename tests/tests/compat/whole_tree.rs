//! The whole public tree against itself: no rule finds anything, whatever is
//! compared, and of equal sides nothing is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use agentgen_codegen::compat::anchor::{self, Category, Settings};
use agentgen_codegen::compat::input::{Side, select, select_all};
use agentgen_codegen::compat::pair::Comparison;
use agentgen_codegen::compat::{rules, walk};
use agentgen_tests::environment;

use crate::tree::copy;

/// The files that are known to be public; a tree that shrinks proves nothing.
const AT_LEAST: usize = 8_000;

/// A copy of the tree, for one test.
fn tree(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("whole-tree").join(test);
    let _ = fs::remove_dir_all(&folder);
    copy(&environment::public_protos(), &folder);
    folder
}

fn open(path: &Path) -> Side {
    let side = Side::open(&path.display().to_string(), &[]);
    side.unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn equal_folders_select_nothing() {
    let tree = tree("folders");
    let (old, new) = (open(&tree), open(&tree));
    assert!(old.heads().len() > AT_LEAST);
    assert!(select(&old, &new).expect("they can be compared").is_empty());
}

#[test]
fn equal_images_break_nothing_though_every_file_is_read() {
    let tree = tree("images");
    let image = tree.with_extension("binpb");
    let mut build: Command = environment::node_program("buf");
    let status = build.arg("build").arg(&tree).arg("-o").arg(&image).status();
    assert!(status.expect("the anchor runs").success());
    let (old_side, new_side) = (open(&image), open(&image));
    assert!(select(&old_side, &new_side).expect("they can be compared").is_empty());

    let selection = select_all(&old_side, &new_side).expect("images need no compiler");
    let (old, new) = selection.read().unwrap_or_else(|error| panic!("{error}"));
    assert!(old.files.len() > AT_LEAST);
    let findings = walk::run(&Comparison::new(&old, &new), rules::all());
    assert!(findings.is_empty(), "{:#?}", &findings[..findings.len().min(20)]);
    for category in Category::ALL {
        let found = anchor::check(&old, &new, &old_side, &new_side, &Settings::from(category));
        assert!(found.is_empty(), "{}: {:#?}", category.name(), &found[..found.len().min(20)]);
    }
}

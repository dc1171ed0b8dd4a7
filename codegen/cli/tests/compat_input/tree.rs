//! Folders of files, and what is selected of two sides.

use std::fs;
use std::path::PathBuf;

use agentgen_codegen::compat::input::{Selection, Side, select};
use agentgen_codegen::source;

/// A folder that is removed at the end of the test.
pub(crate) struct Tree(tempfile::TempDir);

impl Tree {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().expect("a temporary folder"));
        for (name, text) in files {
            tree.write(name, text.as_bytes());
        }
        tree
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders are made");
        fs::write(path, bytes).expect("files are written");
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn argument(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    pub(crate) fn side(&self, name: &str) -> Side {
        Side::open(&self.argument(name), &[]).expect("it opens")
    }

    /// What is said of a side that does not open, the folder cut out of it.
    pub(crate) fn failure(&self, name: &str) -> String {
        let error = Side::open(&self.argument(name), &[]).expect_err("it does not open");
        self.cut(&error.to_string())
    }

    pub(crate) fn cut(&self, text: &str) -> String {
        text.replace(&self.0.path().display().to_string(), "DIR")
    }
}

/// The image of texts, in dependency order, with source info.
pub(crate) fn image(files: &[(&str, &str)]) -> Vec<u8> {
    let sources = source::from_texts(files.iter().copied()).expect("it compiles");
    sources.pool().encode_to_vec()
}

/// The names of the files that are read of both sides.
pub(crate) fn selected(old: &Side, new: &Side) -> [Vec<String>; 2] {
    let selection = select(old, new).expect("both compile");
    names(&selection)
}

fn names(selection: &Selection<'_>) -> [Vec<String>; 2] {
    let (old, new) = selection.read().expect("both are sound");
    [old, new].map(|schema| {
        let mut names: Vec<_> = schema.files.iter().map(|file| file.name.to_owned()).collect();
        names.sort_unstable();
        names
    })
}

//! The packages of the tree that declare services.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use agentgen_codegen::{Loaded, load};
use agentgen_tests::environment::public_protos;

/// A package with services, which one server would serve.
pub(crate) struct Package {
    pub(crate) name: String,
    files: Vec<PathBuf>,
}

impl Package {
    pub(crate) fn load(&self) -> Loaded {
        let loaded = load(&self.files, &[public_protos()]);
        loaded.unwrap_or_else(|error| panic!("{} does not compile: {error}", self.name))
    }
}

/// Every package, sorted by name.
pub(crate) fn all() -> Vec<Package> {
    let mut packages: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    let mut folders = vec![public_protos()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).expect("the folder can be read");
        for entry in entries {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if let Some(package) = with_services(&path) {
                packages.entry(package).or_default().push(path);
            }
        }
    }
    let packages = packages.into_iter().map(|(name, mut files)| {
        files.sort_unstable();
        Package { name, files }
    });
    packages.collect()
}

/// The package of a `.proto` file that declares a service.
fn with_services(path: &Path) -> Option<String> {
    if path.extension().is_none_or(|extension| extension != "proto") {
        return None;
    }
    let text = std::fs::read_to_string(path).expect("the file is text");
    text.lines().find(|line| line.starts_with("service "))?;
    let package = text.lines().find_map(|line| line.strip_prefix("package "));
    Some(package.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_owned())
}

//! The public tree, as far as both programs read it. Tests use it too.

use std::fs;
use std::path::{Path, PathBuf};

/// Copies the `.proto` files of a release and returns the copies, sorted. Left
/// out are the tests of protobuf's own compilers: editions, message sets, files
/// with imports that are not there.
pub(crate) fn copy(from: &Path, to: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    walk(from, &mut |path| {
        let file = path.strip_prefix(from).expect("it lies below");
        if !is_internal(&file.to_string_lossy()) {
            let target = to.join(file);
            fs::create_dir_all(target.parent().expect("a folder")).expect("it can be made");
            fs::copy(path, &target).expect("it can be copied");
            files.push(target);
        }
    });
    files.sort_unstable();
    files
}

fn is_internal(file: &str) -> bool {
    let public = [
        "any",
        "api",
        "compiler/plugin",
        "descriptor",
        "duration",
        "empty",
        "field_mask",
        "source_context",
        "struct",
        "timestamp",
        "type",
        "wrappers",
    ];
    let name = file.strip_prefix("google/protobuf/").and_then(|it| it.strip_suffix(".proto"));
    name.is_some_and(|name| !public.contains(&name))
}

fn walk(folder: &Path, found: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).expect("it can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            found(&path);
        }
    }
}

//! A side inside a git repository, read without a checkout.

mod objects;
mod tree;

use std::path::{Path, PathBuf};

use super::Side;
use super::error::InputError;
use super::text_side::Found;
use crate::source::{Outline, package_root};
use objects::run;
use tree::GitTree;

/// Reads `REF:PATH`; `argument` is the whole of what the user named.
pub(super) fn open(argument: &str, spec: &str, includes: &[PathBuf]) -> Result<Side, InputError> {
    let (reference, path) = spec.split_once(':').unwrap_or((spec, ""));
    if reference.is_empty() {
        let message = format!("`{argument}` names no ref");
        return Err(InputError::new(message).hint("write git:REF:PATH, such as git:main:proto"));
    }
    let mut tree = GitTree::open(reference)?;
    let path = tree.path(path)?;
    let roots =
        includes.iter().map(|include| GitTree::root(include)).collect::<Result<Vec<_>, _>>()?;
    tree.roots = roots;
    if tree.is_file(&path) {
        return open_file(argument, &path, tree, includes);
    }
    let files = tree.protos_below(&path);
    if files.is_empty() {
        return Err(nothing_at(reference, &path, tree.is_folder(&path)));
    }
    let mut own = Vec::with_capacity(files.len());
    for file in files {
        let found = tree.text(&file)?;
        let name = file.strip_prefix(&path).unwrap_or(&file).trim_start_matches('/').to_owned();
        own.push((name, found));
    }
    tree.roots.insert(0, tree::Root::Inside(path));
    Side::from_texts(argument, own, &mut tree)
}

fn open_file(
    argument: &str,
    path: &str,
    mut tree: GitTree,
    includes: &[PathBuf],
) -> Result<Side, InputError> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let bytes = tree.bytes(path)?;
    if Path::new(name).extension().is_none_or(|extension| extension != "proto") {
        return Side::from_bytes(argument, name, bytes, includes);
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| InputError::unreadable(argument, "it is not valid UTF-8"))?;
    let package = Outline::read(&text).package;
    let root = package_root(Path::new(folder), &package).and_then(Path::to_str).unwrap_or(folder);
    let under = |root: &str| {
        let rest = path.strip_prefix(root)?;
        if root.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
    };
    let include = tree.roots.iter().find_map(|root| under(root.inside()?));
    let import_name = include.or_else(|| under(root)).unwrap_or(name).to_owned();
    let found = Found { text, shown: tree.shown(path), path: None };
    tree.roots.insert(0, tree::Root::Inside(root.to_owned()));
    Side::from_texts(argument, vec![(import_name, found)], &mut tree)
}

fn nothing_at(reference: &str, path: &str, is_folder: bool) -> InputError {
    let what = format!("git:{reference}:{path}");
    if is_folder {
        return InputError::unreadable(what, "the folder holds no .proto file");
    }
    InputError::unreadable(what, format!("`{reference}` has no such file or folder"))
        .hint("the path starts at the root of the repository; begin it with `./` to start from the current folder")
}

/// The text of a file under a ref; `None` where there is none.
pub(super) fn text(reference: &str, path: &str) -> Result<Option<Found>, InputError> {
    let mut tree = GitTree::open(reference)?;
    let path = tree.path(path)?;
    if tree.is_file(&path) { tree.text(&path).map(Some) } else { Ok(None) }
}

/// The tags of the repository around the current folder that match a glob,
/// such as `v*`, from the lowest version to the highest; pre-releases stand
/// before their release. Fails outside a repository and where none matches.
pub fn git_tags(glob: &str) -> Result<Vec<String>, InputError> {
    let listed = run(&[
        "-c",
        "versionsort.suffix=-",
        "tag",
        "--list",
        "--sort=version:refname",
        "--end-of-options",
        glob,
    ])?;
    let tags: Vec<String> = String::from_utf8_lossy(&listed).lines().map(str::to_owned).collect();
    if tags.is_empty() {
        return Err(InputError::new(format!("no git tag matches `{glob}`"))
            .hint("`git tag --list` shows all; a shallow clone has none: `git fetch --tags`"));
    }
    Ok(tags)
}

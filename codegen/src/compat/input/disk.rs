//! Texts on disk: a file or a folder, and where their imports are looked up.

use std::fs;
use std::io;
use std::path::{self, Path, PathBuf};

use super::error::InputError;
use super::text_side::{Found, Tree};
use crate::source::{import_name, proto_files, root_of};

/// Looks imports up in folders, in their order.
#[derive(Debug)]
pub(super) struct Disk {
    pub(super) roots: Vec<PathBuf>,
}

impl Tree for Disk {
    fn find(&mut self, name: &str) -> Result<Option<Found>, InputError> {
        if import_name(Path::new(name)).as_deref() != Some(name) {
            return Ok(None);
        }
        let path = self.roots.iter().map(|root| root.join(name)).find(|path| path.is_file());
        path.map(|path| read(&path)).transpose()
    }
}

/// A file and the tree that it belongs to.
pub(super) fn open_file(
    file: &Path,
    includes: &[PathBuf],
) -> Result<(Vec<(String, Found)>, Disk), InputError> {
    let found = read(file)?;
    let target = canonical(file);
    let under = |root: &PathBuf| target.strip_prefix(canonical(root)).ok().and_then(import_name);
    let own_root = root_of(file);
    let name = includes.iter().find_map(under).or_else(|| under(&own_root));
    let name = name.ok_or_else(|| not_utf8(file))?;
    let mut roots = vec![own_root];
    roots.extend(includes.iter().cloned());
    Ok((vec![(name, found)], Disk { roots }))
}

/// Every `.proto` file below a folder and the tree they belong to. An include
/// folder inside the folder holds imports and no files of its own.
pub(super) fn open_folder(
    folder: &Path,
    includes: &[PathBuf],
) -> Result<(Vec<(String, Found)>, Disk), InputError> {
    let root = canonical(folder);
    let inner: Vec<PathBuf> = includes
        .iter()
        .map(|include| canonical(include))
        .filter(|include| *include != root && include.starts_with(&root))
        .filter_map(|include| Some(folder.join(include.strip_prefix(&root).ok()?)))
        .collect();
    let mut paths = Vec::new();
    let walked = proto_files(folder, &mut |path| {
        if !inner.iter().any(|include| path.starts_with(include)) {
            paths.push(path.to_owned());
        }
    });
    walked.map_err(|error| InputError::unreadable(folder.display(), error))?;
    if paths.is_empty() {
        let why = "the folder holds no .proto file";
        return Err(InputError::unreadable(folder.display(), why));
    }
    let mut own = Vec::with_capacity(paths.len());
    for path in paths {
        let name = path.strip_prefix(folder).ok().and_then(import_name);
        own.push((name.ok_or_else(|| not_utf8(&path))?, read(&path)?));
    }
    let mut roots = vec![folder.to_owned()];
    roots.extend(includes.iter().cloned());
    Ok((own, Disk { roots }))
}

fn read(path: &Path) -> Result<Found, InputError> {
    let text = fs::read_to_string(path).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => {
            InputError::unreadable(path.display(), "it is not valid UTF-8")
        }
        _ => InputError::unreadable(path.display(), error),
    })?;
    let plain: PathBuf = path.components().filter(|it| *it != path::Component::CurDir).collect();
    let shown = plain.display().to_string();
    Ok(Found { text, shown, path: path::absolute(path).ok() })
}

fn not_utf8(path: &Path) -> InputError {
    InputError::unreadable(path.display(), "its name is not valid UTF-8")
}

fn canonical(path: &Path) -> PathBuf {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

//! Writes what changed and removes what is no longer made.

use std::io;
use std::path::Path;

use super::{contents, listed, manifest};
use crate::emit::OutputFile;

/// What a run changed on disk, as paths below the output folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that are new or changed.
    pub written: Vec<String>,
    /// Files that are no longer made.
    pub removed: Vec<String>,
    /// The number of files that were as they should be.
    pub unchanged: usize,
}

/// Makes the folder hold these files. Files that are as they should be are not
/// touched; files of an earlier run that are no longer made are removed, as are
/// folders that are empty then.
pub fn write(folder: &Path, files: &[OutputFile]) -> io::Result<Written> {
    let before = listed(folder)?;
    let mut report = Written::default();
    for file in files {
        if write_file(folder, file)? {
            report.written.push(file.path.clone());
        } else {
            report.unchanged += 1;
        }
    }
    for path in before {
        let stale = !files.iter().any(|file| file.path == path);
        if stale && remove(folder, &path)? {
            report.removed.push(path);
        }
    }
    write_file(folder, &manifest(files))?;
    Ok(report)
}

/// Writes a file unless it is as it should be; returns whether it was written.
fn write_file(folder: &Path, file: &OutputFile) -> io::Result<bool> {
    let path = folder.join(&file.path);
    if contents(&path)?.as_deref() == Some(file.contents.as_bytes()) {
        return Ok(false);
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(&path, &file.contents)?;
    Ok(true)
}

/// Removes a file and the folders that it leaves empty; returns whether there
/// was one.
fn remove(folder: &Path, path: &str) -> io::Result<bool> {
    let place = folder.join(path);
    match std::fs::remove_file(&place) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    }
    let parents = place.ancestors().skip(1).take_while(|parent| *parent != folder);
    for parent in parents {
        if std::fs::remove_dir(parent).is_err() {
            break;
        }
    }
    Ok(true)
}

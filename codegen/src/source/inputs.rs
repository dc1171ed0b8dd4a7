//! From the paths that a user names to import names and include folders.

use std::fs;
use std::io;
use std::path::{self, Path, PathBuf};

use super::includes::{Includes, import_name};
use super::outline::Outline;
use crate::diagnostic::{Diagnostic, codes};

/// The import names of the inputs, without repetition, and where their imports
/// are looked up.
pub(super) fn resolve(
    inputs: &[PathBuf],
    folders: &[PathBuf],
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<String>, Includes) {
    let absent: Vec<_> = folders.iter().filter(|folder| !folder.is_dir()).collect();
    if !absent.is_empty() {
        let why = "no such folder of imports";
        diagnostics.extend(absent.into_iter().map(|folder| unreadable(folder, why)));
        return (Vec::new(), Includes::folders(folders.to_vec()));
    }
    let files = expand(inputs, folders, diagnostics);
    let mut roots = folders.to_vec();
    if folders.is_empty() {
        for (file, folder) in &files {
            let root = folder.clone().unwrap_or_else(|| root_of(file));
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
    }
    let includes = Includes::folders(roots.clone());
    let mut names = Vec::new();
    for (file, _) in &files {
        match name_of(file, &roots, &includes) {
            Ok(name) => names.push(name),
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    names.sort_unstable();
    names.dedup();
    (names, includes)
}

/// Every input file, with the folder that stood for it if there was one.
fn expand(
    inputs: &[PathBuf],
    folders: &[PathBuf],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(PathBuf, Option<PathBuf>)> {
    let mut files = Vec::new();
    for input in inputs {
        if input.is_dir() {
            let before = files.len();
            let all = proto_files(input, &mut |path| {
                files.push((path.to_owned(), Some(input.clone())));
            });
            if let Err(error) = all {
                diagnostics.push(unreadable(input, &error.to_string()));
            } else if files.len() == before {
                diagnostics.push(unreadable(input, "the folder holds no .proto file"));
            }
        } else if input.is_file() {
            files.push((input.clone(), None));
        } else if let Some(path) = Includes::folders(folders.to_vec()).locate_path(input) {
            files.push((path, None));
        } else {
            diagnostics.push(unreadable(input, "no such file"));
        }
    }
    files
}

fn unreadable(input: &Path, why: &str) -> Diagnostic {
    Diagnostic::new(&codes::INPUT_UNREADABLE, format!("cannot read `{}`: {why}", input.display()))
}

/// Calls back for every `.proto` file below a folder, sorted; hidden folders
/// and links to folders are left out. Fails at the first folder that cannot be
/// read, naming it.
pub(crate) fn proto_files(folder: &Path, found: &mut dyn FnMut(&Path)) -> io::Result<()> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut entries = entries
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", folder.display())))?;
    entries.sort_unstable_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if entry.file_type()?.is_dir() {
            if !hidden {
                proto_files(&path, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            found(&path);
        }
    }
    Ok(())
}

/// The folder that a file's imports start from: where its package path begins
/// if the file lies in it, else its own folder.
pub(crate) fn root_of(file: &Path) -> PathBuf {
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    let text = fs::read_to_string(file).unwrap_or_default();
    let absolute = path::absolute(&folder).unwrap_or_else(|_| folder.clone());
    match package_root(&absolute, &Outline::read(&text).package) {
        Some(root) if root != absolute => root.to_owned(),
        _ => folder,
    }
}

/// The folder that a package path starts from; `None` if this folder does not
/// end in that path.
pub(crate) fn package_root<'p>(folder: &'p Path, package: &str) -> Option<&'p Path> {
    let mut root = folder;
    for segment in package.rsplit('.').filter(|segment| !segment.is_empty()) {
        match (root.file_name(), root.parent()) {
            (Some(name), Some(parent)) if name.to_str() == Some(segment) => root = parent,
            _ => return None,
        }
    }
    Some(root)
}

/// The name that others import an input by.
fn name_of(file: &Path, roots: &[PathBuf], includes: &Includes) -> Result<String, Box<Diagnostic>> {
    let target = canonical(file);
    for root in roots {
        let Some(name) = target.strip_prefix(canonical(root)).ok().and_then(import_name) else {
            continue;
        };
        return match includes.locate(&name) {
            Some(found) if canonical(&found) != target => Err(Box::new(shadowed(file, &found))),
            _ => Ok(name),
        };
    }
    Err(Box::new(outside(file)))
}

fn canonical(path: &Path) -> PathBuf {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn shadowed(file: &Path, by: &Path) -> Diagnostic {
    Diagnostic::new(
        &codes::INPUT_OUTSIDE,
        format!("`{}` is hidden by `{}`", file.display(), by.display()),
    )
    .hint("an earlier include folder holds a file of the same name: name that file, or put the folders in another order")
}

fn outside(file: &Path) -> Diagnostic {
    Diagnostic::new(
        &codes::INPUT_OUTSIDE,
        format!("`{}` lies outside every include folder", file.display()),
    )
    .hint(format!("add `-I {}`", display_root(&root_of(file)).display()))
}

fn display_root(root: &Path) -> &Path {
    if root.as_os_str().is_empty() { Path::new(".") } else { root }
}

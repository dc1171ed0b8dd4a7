//! Finds the text of a file by its import name: in memory, in include
//! folders, among the bundled files.

use std::fs;
use std::io;
use std::path::{self, Component, Path, PathBuf};

use super::bundled::{self, Precedence};
use super::texts::{SourceFile, Texts};

/// Where imports are looked up.
#[derive(Debug, Default)]
pub(super) struct Includes {
    folders: Vec<PathBuf>,
    memory: Texts,
}

impl Includes {
    /// Looks imports up in these folders, in their order.
    pub(super) fn folders(folders: Vec<PathBuf>) -> Self {
        Self { folders, memory: Texts::default() }
    }

    /// Looks imports up among these texts only.
    pub(super) fn memory(memory: Texts) -> Self {
        Self { folders: Vec::new(), memory }
    }

    /// The import names of the texts in memory.
    pub(super) fn memory_names(&self) -> Vec<String> {
        self.memory.iter().map(|(name, _)| name.to_owned()).collect()
    }

    /// Whether anything holds a file.
    pub(super) fn holds(&self, name: &str) -> bool {
        bundled::find(name).is_some()
            || self.memory.file(name).is_some()
            || self.locate(name).is_some()
    }

    /// Reads a file; `None` where nothing holds it.
    pub(super) fn read(&self, name: &str) -> io::Result<Option<SourceFile>> {
        let bundled = bundled::find(name);
        if let Some((text, Precedence::Bundled)) = bundled {
            return Ok(Some(SourceFile::new(text, None)));
        }
        if let Some(file) = self.memory.file(name) {
            return Ok(Some(file.clone()));
        }
        if let Some(path) = self.locate(name) {
            let text = fs::read_to_string(&path)?;
            return Ok(Some(SourceFile::new(text, Some(path::absolute(path)?))));
        }
        Ok(bundled.map(|(text, _)| SourceFile::new(text, None)))
    }

    /// The first file of this name in the include folders.
    pub(super) fn locate(&self, name: &str) -> Option<PathBuf> {
        if !is_import_name(name) {
            return None;
        }
        let paths = self.folders.iter().map(|folder| folder.join(name));
        paths.into_iter().find(|path| path.is_file())
    }

    /// The first file at this path in the include folders.
    pub(super) fn locate_path(&self, path: &Path) -> Option<PathBuf> {
        self.locate(&import_name(path)?)
    }

    /// The importable name nearest to one that nothing holds.
    pub(super) fn nearest(&self, name: &str) -> Option<String> {
        let mut candidates: Vec<String> = bundled::names().map(str::to_owned).collect();
        candidates.extend(super::imports::WELL_KNOWN.iter().map(|&name| name.to_owned()));
        candidates.extend(self.memory.iter().map(|(name, _)| name.to_owned()));
        for folder in &self.folders {
            // A folder that cannot be read suggests nothing.
            let _ = super::inputs::proto_files(folder, &mut |path| {
                candidates.extend(path.strip_prefix(folder).ok().and_then(import_name));
            });
        }
        candidates
            .into_iter()
            .filter(|candidate| candidate != name)
            .map(|candidate| (likeness(&candidate, name), candidate))
            .filter(|(likeness, _)| *likeness > 0.75)
            .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)))
            .map(|(_, candidate)| candidate)
    }
}

/// How alike two import names are, from 0 to 1. A wrong folder before the
/// right file counts for more than a wrong file in the right folder.
fn likeness(a: &str, b: &str) -> f64 {
    let file = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let whole = strsim::normalized_damerau_levenshtein(a, b);
    if file(a) == file(b) { whole.max(0.8) + whole / 100.0 } else { whole }
}

/// Whether an import may name a file: relative, forward slashes, no dots alone.
fn is_import_name(name: &str) -> bool {
    import_name(Path::new(name)).as_deref() == Some(name)
}

/// A relative path as an import names it.
pub(crate) fn import_name(path: &Path) -> Option<String> {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            _ => return None,
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

//! The files of one ref, and the imports looked up among them.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::objects::{Objects, run};
use crate::compat::input::disk::Disk;
use crate::compat::input::error::InputError;
use crate::compat::input::text_side::{Found, Tree};

/// The tree of a ref.
#[derive(Debug)]
pub(super) struct GitTree {
    reference: String,
    /// The files by their path from the root of the repository.
    files: BTreeMap<String, Blob>,
    objects: Objects,
    /// Where imports are looked up, in this order.
    pub(super) roots: Vec<Root>,
}

#[derive(Clone, Debug)]
struct Blob {
    id: String,
    is_link: bool,
}

/// A folder that imports start from.
#[derive(Debug)]
pub(super) enum Root {
    /// By its path from the root of the repository; empty for the root.
    Inside(String),
    /// On disk, outside the repository.
    Outside(PathBuf),
}

impl Root {
    /// The path, if it is inside the repository.
    pub(super) fn inside(&self) -> Option<&str> {
        match self {
            Self::Inside(path) => Some(path),
            Self::Outside(_) => None,
        }
    }
}

/// How many links may lead to one another.
const MAX_LINKS: usize = 8;

impl GitTree {
    /// Lists the files of a ref.
    pub(super) fn open(reference: &str) -> Result<Self, InputError> {
        run(&["rev-parse", "--git-dir"]).map_err(|error| {
            InputError::new(error.to_string()).hint("run this inside the repository")
        })?;
        let tree = format!("{reference}^{{tree}}");
        let id = run(&["rev-parse", "--verify", "--quiet", "--end-of-options", &tree]);
        let id = id.map_err(|_| unknown_ref(reference))?;
        let id = String::from_utf8_lossy(&id).trim().to_owned();
        let listed = run(&["ls-tree", "-r", "-z", "--full-tree", &id])?;
        let files = listed.split(|&byte| byte == 0).filter_map(entry).collect();
        let objects = Objects::open()?;
        Ok(Self { reference: reference.to_owned(), files, objects, roots: Vec::new() })
    }

    /// A path from the root of the repository: `./` and `../` start from the
    /// current folder.
    pub(super) fn path(&self, path: &str) -> Result<String, InputError> {
        let from_here =
            path == "." || path == ".." || path.starts_with("./") || path.starts_with("../");
        let prefix = if from_here { prefix()? } else { String::new() };
        let outside = || InputError::unreadable(self.shown(path), "the path leaves the repository");
        normalised(&prefix, Path::new(path)).ok_or_else(outside)
    }

    /// An include folder: relative ones, and those inside the work tree, are
    /// looked up under the ref.
    pub(super) fn root(include: &Path) -> Result<Root, InputError> {
        if include.is_relative()
            && let Some(path) = normalised(&prefix()?, include)
        {
            return Ok(Root::Inside(path));
        }
        let top = run(&["rev-parse", "--show-toplevel"]).unwrap_or_default();
        let top = PathBuf::from(String::from_utf8_lossy(&top).trim_end());
        let inside = include.strip_prefix(&top).ok().filter(|_| !top.as_os_str().is_empty());
        Ok(match inside.and_then(|path| normalised("", path)) {
            Some(path) => Root::Inside(path),
            None => Root::Outside(include.to_owned()),
        })
    }

    pub(super) fn is_file(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    pub(super) fn is_folder(&self, path: &str) -> bool {
        path.is_empty() || self.below(path).next().is_some()
    }

    /// Every `.proto` file below a folder, sorted; hidden folders, and include
    /// folders inside the folder, are left out.
    pub(super) fn protos_below(&self, folder: &str) -> Vec<String> {
        let inner: Vec<String> = self.roots.iter().filter_map(Root::inside).map(slashed).collect();
        let inner: Vec<_> = inner
            .into_iter()
            .filter(|root| *root != slashed(folder) && root.starts_with(&slashed(folder)))
            .collect();
        let visible = |path: &&String| {
            let rest = path.strip_prefix(&slashed(folder)).unwrap_or(path);
            let hidden = rest
                .rsplit_once('/')
                .is_some_and(|(folders, _)| folders.split('/').any(|part| part.starts_with('.')));
            !hidden && !inner.iter().any(|root| path.starts_with(root.as_str()))
        };
        let protos = self.below(folder).filter(|path| {
            Path::new(path).extension().is_some_and(|extension| extension == "proto")
        });
        protos.filter(visible).cloned().collect()
    }

    fn below(&self, folder: &str) -> impl Iterator<Item = &String> {
        let prefix = slashed(folder);
        let first = prefix.clone();
        self.files
            .range(first..)
            .map(|(path, _)| path)
            .take_while(move |path| path.starts_with(&prefix))
    }

    /// The bytes of a file.
    pub(super) fn bytes(&mut self, path: &str) -> Result<Vec<u8>, InputError> {
        let what = self.shown(path);
        let mut path = path.to_owned();
        for _ in 0..MAX_LINKS {
            let Some(blob) = self.files.get(&path).cloned() else {
                return Err(InputError::unreadable(what, "it is a link that leads nowhere"));
            };
            let bytes = self.objects.read(&blob.id, &what)?;
            if !blob.is_link {
                return Ok(bytes);
            }
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let target = String::from_utf8_lossy(&bytes).into_owned();
            path = normalised(folder, Path::new(&target)).unwrap_or_default();
        }
        Err(InputError::unreadable(what, "it is a link among too many links"))
    }

    /// A file as text.
    pub(super) fn text(&mut self, path: &str) -> Result<Found, InputError> {
        let shown = self.shown(path);
        match String::from_utf8(self.bytes(path)?) {
            Ok(text) => Ok(Found { text, shown, path: None }),
            Err(_) => Err(InputError::unreadable(shown, "it is not valid UTF-8")),
        }
    }

    /// A file as the user would name it.
    pub(super) fn shown(&self, path: &str) -> String {
        format!("git:{}:{path}", self.reference)
    }
}

impl Tree for GitTree {
    fn find(&mut self, name: &str) -> Result<Option<Found>, InputError> {
        let mut inside = None;
        for root in &self.roots {
            match root {
                Root::Inside(root) => {
                    let path = format!("{}{name}", slashed(root));
                    if self.files.contains_key(&path) {
                        inside = Some(path);
                        break;
                    }
                }
                Root::Outside(folder) => {
                    let found = Disk { roots: vec![folder.clone()] }.find(name)?;
                    if found.is_some() {
                        return Ok(found);
                    }
                }
            }
        }
        inside.map(|path| self.text(&path)).transpose()
    }
}

/// `MODE TYPE ID<TAB>PATH`; names that are not UTF-8 cannot be imported.
fn entry(line: &[u8]) -> Option<(String, Blob)> {
    let line = std::str::from_utf8(line).ok()?;
    let (about, path) = line.split_once('\t')?;
    let mut about = about.split(' ');
    let (mode, kind, id) = (about.next()?, about.next()?, about.next()?);
    let blob = Blob { id: id.to_owned(), is_link: mode == "120000" };
    (kind == "blob").then(|| (path.to_owned(), blob))
}

fn unknown_ref(reference: &str) -> InputError {
    InputError::new(format!("git knows no ref `{reference}`")).hint(
        "`git branch --all` and `git tag` list them; a shallow clone may lack it: `git fetch --unshallow`",
    )
}

/// The current folder from the root of the repository; empty in the root.
fn prefix() -> Result<String, InputError> {
    let prefix = run(&["rev-parse", "--show-prefix"])?;
    Ok(String::from_utf8_lossy(&prefix).trim_end_matches(['\n', '/']).to_owned())
}

/// A folder in front of what lies in it.
fn slashed(folder: &str) -> String {
    if folder.is_empty() { String::new() } else { format!("{folder}/") }
}

/// A path from the root of the repository; `None` where it leaves it.
fn normalised(folder: &str, path: &Path) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop()?;
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside_the_repository() {
        let path = |folder, path| normalised(folder, Path::new(path));
        assert_eq!(path("a/b", "./c.proto").as_deref(), Some("a/b/c.proto"));
        assert_eq!(path("a/b", "../c").as_deref(), Some("a/c"));
        assert_eq!(path("", "x/").as_deref(), Some("x"));
        assert_eq!(path("a", "../.."), None);
        assert_eq!(path("", "/etc"), None);
    }
}

//! A side that is given as text: which texts belong to it, and what they
//! compile to. A file is compiled when a comparison asks for it.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::OnceLock;

use super::Head;
use super::error::InputError;
use super::graph::Graph;
use crate::diagnostic::{Diagnostic, codes};
use crate::source::{self, Outline, Precedence, SourceError, SourceFile, Texts};

/// Finds the texts that a side imports.
pub(super) trait Tree {
    /// The file with this import name, if any; fails where it cannot be read.
    fn find(&mut self, name: &str) -> Result<Option<Found>, InputError>;
}

/// A text.
#[derive(Debug)]
pub(super) struct Found {
    /// The text.
    pub(super) text: String,
    /// The file as the user would name it.
    pub(super) shown: String,
    /// Its absolute path, if it is on disk.
    pub(super) path: Option<PathBuf>,
}

/// The texts of one side, by import name.
#[derive(Debug, Default)]
pub(super) struct TextSide {
    pub(super) texts: Texts,
    shown: HashMap<String, String>,
    /// What each file compiles to, in the order of the heads.
    encoded: Vec<OnceLock<Vec<u8>>>,
}

impl TextSide {
    /// Adds to the files of a side, by import name, what they import. Fails
    /// where files cannot stand together, whether they are compared or not.
    pub(super) fn gather(
        own: Vec<(String, Found)>,
        tree: &mut dyn Tree,
    ) -> Result<(Self, Vec<Head>), InputError> {
        let (mut side, mut heads) = (Self::default(), Vec::new());
        let mut declared = HashMap::new();
        let mut queue = VecDeque::new();
        for (name, found) in own {
            queue.push_back(name.clone());
            side.insert(&name, found);
        }
        let own = queue.len();
        let mut seen: std::collections::HashSet<String> = queue.iter().cloned().collect();
        while let Some(name) = queue.pop_front() {
            let is_import = heads.len() >= own;
            let Some(head) = side.head(name, is_import, tree, &mut declared)? else { continue };
            queue.extend(head.imports.iter().filter(|name| seen.insert((*name).clone())).cloned());
            heads.push(head);
        }
        side.encoded.resize_with(heads.len(), OnceLock::new);
        side.check(&heads)?;
        Ok((side, heads))
    }

    fn insert(&mut self, name: &str, found: Found) {
        self.shown.insert(name.to_owned(), found.shown);
        self.texts.insert(name, SourceFile::new(found.text, found.path));
    }

    /// The head of a file; `None` where nothing holds the file.
    fn head(
        &mut self,
        name: String,
        is_import: bool,
        tree: &mut dyn Tree,
        declared: &mut HashMap<String, String>,
    ) -> Result<Option<Head>, InputError> {
        if let Some((package, imports)) = source::well_known(&name) {
            return Ok(Some(Head { name, package, is_import, imports }));
        }
        if is_import && let Some(found) = import(&name, tree)? {
            self.insert(&name, found);
        }
        let Some(file) = self.texts.file(&name) else { return Ok(None) };
        let outline = Outline::read(file.text());
        if let Some(at) = outline.message_set {
            return Err(self.message_set(&name, at));
        }
        for symbol in outline.declared {
            let symbol = format!("{}.{symbol}", outline.package);
            if let Some(first) = declared.insert(symbol, name.clone()) {
                // The compiler shows both places.
                self.compile(vec![first, name.clone()])?;
            }
        }
        let (package, imports) = (outline.package, outline.imports);
        Ok(Some(Head { name, package, is_import, imports }))
    }

    fn message_set(&self, name: &str, at: usize) -> InputError {
        let message = super::message_set(&format!("`{name}`")).to_string();
        let mut diagnostic = Diagnostic::new(&codes::DEFINITION, message);
        diagnostic.location =
            self.texts.file(name).map(|file| file.location(name, at, at + "option".len()));
        self.error(SourceError { diagnostics: vec![diagnostic], texts: self.texts.clone() })
    }

    /// Files with imports that are missing or run in a ring are compiled at
    /// once: the compiler says where and what to do.
    fn check(&self, heads: &[Head]) -> Result<(), InputError> {
        let graph = Graph::new(heads);
        let missing = graph.missing.as_ref().map(|(importer, _)| vec![*importer]);
        match missing.or_else(|| graph.cycle()) {
            None => Ok(()),
            Some(files) => {
                let names = files.into_iter().map(|file| heads[file].name.clone()).collect();
                self.compile(names).map(|_| ())
            }
        }
    }

    fn compile(&self, names: Vec<String>) -> Result<source::Sources, InputError> {
        source::from_read(names, &self.texts).map_err(|error| self.error(error))
    }

    /// What the compiler says, with files as the user names them: both sides
    /// may hold a file of one import name.
    fn error(&self, mut error: SourceError) -> InputError {
        for diagnostic in &mut error.diagnostics {
            let places = diagnostic.related.iter_mut().map(|(place, _)| place);
            for place in places.chain(&mut diagnostic.location) {
                place.file = self.shown(&place.file);
            }
        }
        let mut texts = Texts::default();
        for (name, file) in error.texts.iter() {
            texts.insert(self.shown(name), file.clone());
        }
        InputError::from(SourceError { texts, ..error })
    }

    /// Compiles these files, unless they are.
    pub(super) fn encode(&self, heads: &[Head], files: &[usize]) -> Result<(), InputError> {
        let missing = files.iter().copied().filter(|&file| self.encoded[file].get().is_none());
        let missing: Vec<usize> = missing.collect();
        if missing.is_empty() {
            return Ok(());
        }
        let names = missing.iter().map(|&file| heads[file].name.clone()).collect();
        let sources = self.compile(names)?;
        for file in missing {
            let compiled = sources.pool().get_file_by_name(&heads[file].name);
            let bytes = compiled.map(|file| file.encode_to_vec()).unwrap_or_default();
            self.encoded[file].get_or_init(|| bytes);
        }
        Ok(())
    }

    /// What a file compiled to; empty if it was not asked for.
    pub(super) fn file(&self, index: usize) -> &[u8] {
        self.encoded.get(index).and_then(OnceLock::get).map_or(&[], Vec::as_slice)
    }

    /// The file as the user would name it.
    pub(super) fn shown(&self, name: &str) -> String {
        self.shown.get(name).map_or(name, String::as_str).to_owned()
    }
}

/// A file that others import: the tree's, or the one that comes with the
/// compiler, by the rules that the compiler follows.
fn import(name: &str, tree: &mut dyn Tree) -> Result<Option<Found>, InputError> {
    let bundled = source::bundled(name);
    let found = |text: &str| Found { text: text.to_owned(), shown: name.to_owned(), path: None };
    if let Some((text, Precedence::Bundled)) = bundled {
        return Ok(Some(found(text)));
    }
    let own = tree.find(name)?;
    Ok(own.or_else(|| bundled.map(|(text, _)| found(text))))
}

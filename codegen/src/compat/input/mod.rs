//! The two sides of a comparison, whatever they are given as, and the choice of
//! what has to be read of them.

mod config;
mod content;
mod disk;
mod error;
mod git;
mod graph;
mod image;
mod select;
mod text_side;

use std::path::{Path, PathBuf};

pub use error::InputError;
pub use git::git_tags;
pub use select::{Selection, select, select_all};

use super::schema::{EncodedFile, SchemaError};
use crate::source::Texts;
use config::Configured;
use content::Content;
use graph::Graph;
use image::Image;
use text_side::{Found, TextSide};

/// One side: what was read of it, and who imports whom.
#[derive(Debug)]
pub struct Side {
    argument: String,
    content: SideContent,
    heads: Vec<Head>,
    graph: Graph,
    no_texts: Texts,
    configured: Configured,
}

#[derive(Debug)]
enum SideContent {
    Image(Image),
    Texts(TextSide),
}

/// What is known of a file that may not be compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The name that others import it by.
    pub name: String,
    /// Its package; empty for none.
    pub package: String,
    /// Whether it is here only because others import it. Images that do not
    /// say so have no such files.
    pub is_import: bool,
    /// The files it imports.
    pub imports: Vec<String>,
}

impl Side {
    /// Reads one side:
    ///
    /// - a `.proto` file. Imports are looked up where its package path starts
    ///   from, or in its own folder, and then in `includes`;
    /// - a folder, which its imports start from. Every `.proto` file below it
    ///   belongs to the side, hidden folders and include folders apart;
    /// - an encoded `FileDescriptorSet`, packed with gzip or not, of any
    ///   edition, with or without source info, up to 2 GiB;
    /// - `git:REF:PATH`, where the path, from the root of the repository or
    ///   with `./` from the current folder, is any of these. Imports and
    ///   relative `includes` are looked up under the same ref;
    /// - `-`, standard input: an image or the text of one file.
    ///
    /// `google/protobuf/*` and `agentgen/v1/options.proto` are those that come
    /// with this crate where texts import them; `google/api`, `google/rpc`,
    /// `google/type` and `google/longrunning` come with it too, and a tree's
    /// own win.
    ///
    /// Fails where something cannot be read, is damaged, has imports that are
    /// missing or run in a ring, declares a name twice or has message sets;
    /// texts that are not compared may hold other errors.
    pub fn open(argument: &str, includes: &[PathBuf]) -> Result<Self, InputError> {
        if argument == "-" {
            let bytes = content::read_stdin()?;
            return Self::from_bytes("<stdin>", "stdin.proto", bytes, includes);
        }
        if let Some(spec) = argument.strip_prefix("git:") {
            return git::open(argument, spec, includes);
        }
        let path = Path::new(argument);
        if path.is_dir() {
            let (own, mut tree) = disk::open_folder(path, includes)?;
            return Self::from_texts(argument, own, &mut tree);
        }
        if !path.exists() {
            return Err(no_such_path(argument));
        }
        if path.extension().is_some_and(|extension| extension == "proto") {
            let (own, mut tree) = disk::open_file(path, includes)?;
            return Self::from_texts(argument, own, &mut tree);
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Self::from_bytes(argument, &name, content::read_file(path)?, includes)
    }

    /// Reads both sides, in a thread each. Standard input can be one of them.
    pub fn open_both(
        old: &str,
        new: &str,
        includes: &[PathBuf],
    ) -> Result<(Self, Self), InputError> {
        if old == "-" && new == "-" {
            return Err(InputError::new("standard input can be one side, not both"));
        }
        let (old, new) = select::both(|| Self::open(old, includes), || Self::open(new, includes));
        Ok((old?, new?))
    }

    fn from_bytes(
        argument: &str,
        name: &str,
        bytes: Vec<u8>,
        includes: &[PathBuf],
    ) -> Result<Self, InputError> {
        match content::recognise(bytes, argument)? {
            Content::Image(bytes) => Self::from_image(argument, bytes),
            Content::Text(text) => {
                let mut roots = includes.to_vec();
                roots.push(PathBuf::from("."));
                let found = Found { text, shown: argument.to_owned(), path: None };
                Self::from_texts(
                    argument,
                    vec![(name.to_owned(), found)],
                    &mut disk::Disk { roots },
                )
            }
        }
    }

    fn from_image(argument: &str, bytes: Vec<u8>) -> Result<Self, InputError> {
        let (image, heads) = Image::read(bytes, argument)?;
        let side = Self::new(argument, SideContent::Image(image), heads);
        if let Some((importer, import)) = &side.graph.missing {
            let importer = &side.heads[*importer].name;
            let message =
                format!("`{importer}` imports `{import}`, which `{argument}` does not hold");
            return Err(InputError::new(message).hint(content::HOW_TO_MAKE));
        }
        if let Some(cycle) = side.graph.cycle() {
            let names: Vec<_> =
                cycle.iter().chain(cycle.first()).map(|&f| side.heads[f].name.as_str()).collect();
            let message =
                format!("`{}` imports itself in `{argument}`: {}", names[0], names.join(" -> "));
            return Err(
                InputError::new(message).hint("move what the files share into a file of its own")
            );
        }
        Ok(side)
    }

    fn from_texts(
        argument: &str,
        own: Vec<(String, Found)>,
        tree: &mut dyn text_side::Tree,
    ) -> Result<Self, InputError> {
        let (texts, heads) = TextSide::gather(own, tree)?;
        Ok(Self::new(argument, SideContent::Texts(texts), heads))
    }

    fn new(argument: &str, content: SideContent, heads: Vec<Head>) -> Self {
        let graph = Graph::new(&heads);
        let (argument, no_texts) = (argument.to_owned(), Texts::default());
        Self { argument, content, heads, graph, no_texts, configured: Configured::default() }
    }

    /// The argument that the side was opened by; `<stdin>` for `-`.
    pub fn argument(&self) -> &str {
        &self.argument
    }

    /// The texts of every file, by import name; empty for images.
    pub fn texts(&self) -> &Texts {
        match &self.content {
            SideContent::Image(_) => &self.no_texts,
            SideContent::Texts(side) => &side.texts,
        }
    }

    /// How to show a file of this side: its path, where it stands in a
    /// repository, or its name inside an image.
    pub fn path_of(&self, file: &str) -> String {
        match &self.content {
            SideContent::Image(_) => file.to_owned(),
            SideContent::Texts(side) => side.shown(file),
        }
    }

    /// Every file of the side, compared or not.
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// A file by name, encoded; `None` where it is not there or does not
    /// compile.
    pub(super) fn encoded(&self, name: &str) -> Option<&[u8]> {
        let file = self.heads.iter().position(|head| head.name == name)?;
        self.encode(&[file]).ok()?;
        Some(self.file(file).bytes)
    }

    fn texts_only(&self) -> bool {
        matches!(self.content, SideContent::Texts(_))
    }

    fn encode(&self, files: &[usize]) -> Result<(), InputError> {
        match &self.content {
            SideContent::Image(_) => Ok(()),
            SideContent::Texts(side) => side.encode(&self.heads, files),
        }
    }

    fn schema_error(&self, error: &SchemaError) -> InputError {
        let found = InputError::new(format!("cannot compare `{}`: {error}", self.argument));
        if self.texts_only() { found } else { found.hint(content::HOW_TO_MAKE) }
    }

    fn file(&self, file: usize) -> EncodedFile<'_> {
        let bytes = match (self.configured.files.get(&file), &self.content) {
            (Some(configured), _) => configured,
            (None, SideContent::Image(image)) => image.file(file),
            (None, SideContent::Texts(side)) => side.file(file),
        };
        EncodedFile { bytes, is_import: self.heads[file].is_import }
    }

    /// Whether a file is the same as one of the other side.
    fn same_file(&self, file: usize, other: &Self, other_file: usize) -> bool {
        let (head, other_head) = (&self.heads[file], &other.heads[other_file]);
        match (&self.content, &other.content) {
            (SideContent::Texts(old), SideContent::Texts(new)) => {
                head.is_import == other_head.is_import
                    && self.same_options(file, other, other_file)
                    && old.texts.get(&head.name) == new.texts.get(&other_head.name)
            }
            _ => image::same(self.file(file), other.file(other_file)),
        }
    }
}

fn no_such_path(argument: &str) -> InputError {
    InputError::unreadable(argument, "no such file or folder")
        .hint("a side is a .proto file, a folder, a descriptor image, git:REF:PATH, or - for standard input")
}

/// What is said of message sets, wherever they are.
fn message_set(place: &str) -> InputError {
    InputError::new(format!("{place} uses `message_set_wire_format`, which is not supported"))
        .hint("declare the extensions in a plain message; proto3 and current editions have no message sets")
}

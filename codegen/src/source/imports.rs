//! Reads the inputs and everything they import, and parses each file once.
//! Goes on after a failure, so that one run reports what is wrong everywhere.

use std::collections::{HashMap, HashSet};
use std::io;

use protox::file::{File, FileResolver, GoogleFileResolver};

use super::editions;
use super::errors;
use super::includes::Includes;
use super::texts::Texts;
use crate::contract::Location;
use crate::diagnostic::{Diagnostic, codes};

/// The files that the compiler knows by heart.
pub(super) const WELL_KNOWN: &[&str] = &[
    "google/protobuf/any.proto",
    "google/protobuf/api.proto",
    "google/protobuf/compiler/plugin.proto",
    "google/protobuf/descriptor.proto",
    "google/protobuf/duration.proto",
    "google/protobuf/empty.proto",
    "google/protobuf/field_mask.proto",
    "google/protobuf/source_context.proto",
    "google/protobuf/struct.proto",
    "google/protobuf/timestamp.proto",
    "google/protobuf/type.proto",
    "google/protobuf/wrappers.proto",
];

/// The package and the imports of a file that the compiler knows by heart.
#[cfg(feature = "compat")]
pub(crate) fn well_known(name: &str) -> Option<(String, Vec<String>)> {
    if !WELL_KNOWN.contains(&name) {
        return None;
    }
    let file = GoogleFileResolver::new().open_file(name).ok()?;
    let descriptor = file.file_descriptor_proto();
    Some((descriptor.package().to_owned(), descriptor.dependency.clone()))
}

/// What reading found.
pub(super) struct Imports<'a> {
    includes: &'a Includes,
    /// Every file that parsed, by import name.
    pub(super) files: HashMap<String, File>,
    /// The text of every file, parsed or not.
    pub(super) texts: Texts,
    /// What is wrong so far.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'a> Imports<'a> {
    /// Reads the files of these names and their imports.
    pub(super) fn read(names: &[String], includes: &'a Includes) -> Self {
        let mut imports = Self {
            includes,
            files: HashMap::new(),
            texts: Texts::default(),
            diagnostics: Vec::new(),
        };
        let mut seen: HashSet<String> = names.iter().cloned().collect();
        let mut queue: Vec<String> = names.to_vec();
        let mut next = 0;
        while let Some(name) = queue.get(next).cloned() {
            next += 1;
            for import in imports.add(&name) {
                if seen.insert(import.clone()) {
                    queue.push(import);
                }
            }
        }
        imports
    }

    /// Reads one file and returns those of its imports that exist.
    fn add(&mut self, name: &str) -> Vec<String> {
        let file = match self.open(name) {
            Ok(Some(file)) => file,
            Ok(None) => return Vec::new(),
            Err(diagnostics) => {
                self.diagnostics.extend(diagnostics);
                return Vec::new();
            }
        };
        let mut found = Vec::new();
        for (index, import) in file.file_descriptor_proto().dependency.iter().enumerate() {
            if self.exists(import) {
                found.push(import.clone());
            } else {
                let place = self.import_place(&file, index);
                let diagnostic = self.unknown(import, place);
                self.diagnostics.push(diagnostic);
            }
        }
        self.files.insert(name.to_owned(), file);
        found
    }

    fn exists(&self, name: &str) -> bool {
        WELL_KNOWN.contains(&name) || self.includes.holds(name)
    }

    /// Parses one file and keeps its text; `None` where nothing holds it.
    fn open(&mut self, name: &str) -> Result<Option<File>, Vec<Diagnostic>> {
        if WELL_KNOWN.contains(&name) {
            let file = GoogleFileResolver::new().open_file(name);
            return file.map(Some).map_err(|error| errors::convert(&error, &self.texts));
        }
        let source = match self.includes.read(name) {
            Ok(Some(source)) => source,
            Ok(None) => return Ok(None),
            Err(error) => return Err(vec![unreadable(name, &error)]),
        };
        self.texts.insert(name, source.clone());
        if let Some((span, edition)) = editions::edition(source.text()) {
            return Err(vec![editions_text(&source.location(name, span.start, span.end), edition)]);
        }
        if let Some(at) = editions::too_deep(source.text()) {
            let place = source.location(name, at, at + 1);
            return Err(vec![too_deep(place)]);
        }
        File::from_source(name, source.text())
            .map(Some)
            .map_err(|error| errors::convert(&error, &self.texts))
    }

    /// Where a file names its import of this index.
    pub(super) fn import_place(&self, file: &File, index: usize) -> Option<Location> {
        let source = self.texts.file(file.name())?;
        let info = file.file_descriptor_proto().source_code_info.as_ref()?;
        let path = [3, i32::try_from(index).ok()?];
        let location = info.location.iter().find(|location| location.path == path)?;
        super::spans::place(source, file.name(), &location.span)
    }

    fn unknown(&self, import: &str, place: Option<Location>) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(
            &codes::IMPORT_UNKNOWN,
            format!("`{import}` is not in any include folder"),
        );
        diagnostic.hint = self.hint(import, place.as_ref());
        diagnostic.location = place;
        diagnostic
    }

    /// The nearest name that exists, or the folder that would make it exist.
    fn hint(&self, import: &str, place: Option<&Location>) -> Option<String> {
        let importer = place.and_then(|place| self.texts.file(&place.file)?.path());
        let folder = importer
            .and_then(|path| path.ancestors().skip(1).find(|folder| folder.join(import).is_file()));
        if let Some(folder) = folder {
            return Some(format!("add `-I {}`", folder.display()));
        }
        let nearest = self.includes.nearest(import)?;
        Some(format!("did you mean `{nearest}`?"))
    }
}

fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    let why = match error.kind() {
        io::ErrorKind::InvalidData => "it is not valid UTF-8".to_owned(),
        _ => error.to_string(),
    };
    Diagnostic::new(&codes::INPUT_UNREADABLE, format!("cannot read `{name}`: {why}"))
}

fn too_deep(place: Location) -> Diagnostic {
    let deepest = editions::MAX_DEPTH;
    Diagnostic::new(&codes::SYNTAX, format!("nested more than {deepest} levels deep"))
        .at(place)
        .hint("neither declarations nor the values of options are read any deeper")
}

fn editions_text(place: &Location, edition: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::EDITIONS_TEXT,
        format!("the text of edition {edition} is not supported"),
    )
    .at(place.clone())
    .hint(format!(
        "write `syntax = \"proto3\";`, or make a descriptor image of it and pass that: protoc --include_imports --include_source_info -o image.binpb {}",
        place.file
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    #[test]
    fn every_well_known_file_opens() {
        for name in WELL_KNOWN {
            assert!(GoogleFileResolver::new().open_file(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_text_is_kept_though_it_does_not_parse() {
        let mut texts = Texts::default();
        texts.insert("a.proto", SourceFile::new("syntax", None));
        let includes = Includes::memory(texts);
        let imports = Imports::read(&["a.proto".to_owned()], &includes);
        assert_eq!(imports.texts.get("a.proto"), Some("syntax"));
        assert_eq!(imports.diagnostics.len(), 1);
    }
}

//! The service config of a side: on disk, or where the side is in git, under
//! its ref.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::error::InputError;
use super::{Side, git};
use crate::contract::Location;
use crate::diagnostic::Diagnostic;
use crate::source::{ServiceConfig, SourceError, SourceFile, Texts};

/// What a service config states over the files of a side.
#[derive(Debug, Default)]
pub(super) struct Configured {
    /// The files that it states options of, with these.
    pub(super) files: HashMap<usize, Vec<u8>>,
    /// Where it states them, by file and descriptor path.
    places: BTreeMap<(String, Vec<i32>), Location>,
    source: Option<SourceFile>,
}

impl Side {
    /// The side with the options that a service config states over its files.
    ///
    /// `config` is a path or `git:REF:PATH`. A relative path is looked up
    /// under the ref of a side in git, where it may be missing: the version had
    /// no service config then.
    ///
    /// # Errors
    /// The service config cannot be read, or something in it is wrong, or a
    /// file of the side does not compile.
    pub fn configured(mut self, config: Option<&str>) -> Result<Self, InputError> {
        let config = config.map(|config| find(&self.argument, config)).transpose()?.flatten();
        let Some(config) = config else { return Ok(self) };
        let all: Vec<usize> = (0..self.heads.len()).collect();
        self.encode(&all)?;
        let name = |file: usize| self.heads[file].name.as_str();
        let files = all.iter().map(|&file| (name(file), self.file(file).bytes.to_vec()));
        let mut files: Vec<(&str, Vec<u8>)> = files.collect();
        let applied = config.apply(files.iter_mut().map(|(name, bytes)| (*name, bytes)));
        if applied.diagnostics.iter().any(Diagnostic::is_error) {
            let mut texts = Texts::default();
            texts.insert(config.shown(), config.source().clone());
            return Err(SourceError { diagnostics: applied.diagnostics, texts }.into());
        }
        let changed = files.into_iter().enumerate();
        let changed = changed.filter(|(_, (name, _))| applied.changed.contains(*name));
        self.configured = Configured {
            files: changed.map(|(file, (_, bytes))| (file, bytes)).collect(),
            places: applied.places,
            source: Some(config.source().clone()),
        };
        Ok(self)
    }

    /// Where a service config states an option, by the file that has it and the
    /// descriptor path of the option or of something in it.
    pub(in crate::compat) fn configured_place(
        &self,
        file: &str,
        path: &[i32],
    ) -> Option<(&Location, &SourceFile)> {
        let Configured { places, source, .. } = &self.configured;
        let source = source.as_ref()?;
        let mut lengths = (1..=path.len()).rev();
        let place = lengths
            .find_map(|length| places.get(&(file.to_owned(), path.get(..length)?.to_vec())))?;
        Some((place, source))
    }

    /// Whether two files were given the same options, if they were equal
    /// before.
    pub(super) fn same_options(&self, file: usize, other: &Self, other_file: usize) -> bool {
        self.configured.files.get(&file) == other.configured.files.get(&other_file)
    }
}

fn find(side: &str, config: &str) -> Result<Option<ServiceConfig>, InputError> {
    if let Some(spec) = config.strip_prefix("git:") {
        let (reference, path) = spec.split_once(':').unwrap_or((spec, ""));
        let found = git::text(reference, path)?;
        let missing = || InputError::unreadable(config, "there is no such file");
        return found.ok_or_else(missing).map(|found| Some(parse(&found.shown, found.text)));
    }
    let in_git = side.strip_prefix("git:").and_then(|spec| spec.split_once(':'));
    match in_git {
        Some((reference, _)) if Path::new(config).is_relative() => {
            let found = git::text(reference, &format!("./{config}"))?;
            Ok(found.map(|found| parse(&found.shown, found.text)))
        }
        _ => {
            let error = |error: Box<Diagnostic>| InputError::new(error.to_string());
            ServiceConfig::read(Path::new(config)).map(Some).map_err(error)
        }
    }
}

fn parse(shown: &str, text: String) -> ServiceConfig {
    ServiceConfig::parse(shown, SourceFile::new(text, None))
}

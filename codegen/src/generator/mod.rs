//! The door for build scripts and macros: from `.proto` files to a folder or to
//! tokens, in one call.

#[cfg(feature = "compat")]
mod baseline;
#[cfg(not(feature = "compat"))]
#[path = "no_baseline.rs"]
mod baseline;
mod build_script;
mod error;
mod inputs;

use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;

pub use baseline::Baseline;
pub use error::Error;
pub use inputs::Inputs;

use crate::contract::Contract;
use crate::diagnostic::{Diagnostic, Severity};
use crate::emit::{self, AsyncApiBinding, OpenApiVersion, OutputFile, Selection};
use crate::{Loaded, load_with_config, output};

/// Generates from `.proto` files.
///
/// ```no_run
/// fn main() -> Result<(), agentgen_codegen::Error> {
///     agentgen_codegen::Generator::new().proto("proto/summarizer.proto").generate()
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Generator {
    protos: Vec<PathBuf>,
    includes: Vec<PathBuf>,
    service_config: Option<PathBuf>,
    emit: Option<Vec<String>>,
    openapi: Vec<OpenApiVersion>,
    asyncapi: Vec<AsyncApiBinding>,
    out_dir: Option<PathBuf>,
    baseline: Option<Baseline>,
}

/// Generated code for a macro.
#[derive(Debug)]
pub struct Generated {
    /// The tree of modules, nested inline.
    pub tokens: TokenStream,
    /// The contract that it was made from.
    pub contract: Contract,
    /// The absolute paths of every file that was read, imports included.
    pub files: Vec<PathBuf>,
    /// What is made, and may not be what was meant.
    pub warnings: Vec<Diagnostic>,
}

impl Generator {
    /// Nothing to read yet; emits all Rust.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a `.proto` file, or all of those below a folder.
    #[must_use]
    pub fn proto(mut self, path: impl AsRef<Path>) -> Self {
        self.protos.push(path.as_ref().to_owned());
        self
    }

    /// Adds a folder that imports are looked up in. Without any, each proto
    /// brings its own; see [`source::load`](crate::source::load).
    #[must_use]
    pub fn include(mut self, path: impl AsRef<Path>) -> Self {
        self.includes.push(path.as_ref().to_owned());
        self
    }

    /// Lays the options of a `google.api.Service` YAML over the protos, which
    /// stay as they are; see [`ServiceConfig`](crate::source::ServiceConfig).
    #[must_use]
    pub fn service_config(mut self, path: impl AsRef<Path>) -> Self {
        self.service_config = Some(path.as_ref().to_owned());
        self
    }

    /// Chooses emitters and groups by name instead of all Rust; see
    /// [`EMITTERS`](emit::EMITTERS).
    #[must_use]
    pub fn emit<I>(mut self, names: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.emit.get_or_insert_default().extend(names.into_iter().map(Into::into));
        self
    }

    /// Makes OpenAPI documents in this version, beside those chosen already,
    /// instead of the default 3.1. The first one is served.
    #[must_use]
    pub fn openapi_version(mut self, version: OpenApiVersion) -> Self {
        self.openapi.push(version);
        self
    }

    /// Makes an AsyncAPI document in the terms of this broker, beside the one for
    /// all of them; the emitter is `asyncapi`.
    #[must_use]
    pub fn asyncapi_binding(mut self, binding: AsyncApiBinding) -> Self {
        self.asyncapi.push(binding);
        self
    }

    /// Writes to this folder instead of the one that cargo gives a build script.
    #[must_use]
    pub fn out_dir(mut self, path: impl AsRef<Path>) -> Self {
        self.out_dir = Some(path.as_ref().to_owned());
        self
    }

    /// Fails where the contract breaks what was published, with the findings
    /// of `agentgen check-compat`:
    ///
    /// ```no_run
    /// # fn main() -> Result<(), agentgen_codegen::Error> {
    /// agentgen_codegen::Generator::new().proto("proto").compat_baseline("git:main:proto").generate()
    /// # }
    /// ```
    ///
    /// The generator must have one proto, a file or a folder: the one that the
    /// baseline was.
    #[must_use]
    pub fn compat_baseline(mut self, baseline: impl Into<Baseline>) -> Self {
        self.baseline = Some(baseline.into());
        self
    }

    /// Writes the output: to [`out_dir`](Self::out_dir), or else, in a build
    /// script, for `agentgen::include!`, telling cargo which files to watch.
    ///
    /// In a build script, cargo shows the warnings about the contract; elsewhere
    /// [`warnings`](Self::warnings) has them.
    ///
    /// # Errors
    /// The contract has errors, or the output cannot be written.
    pub fn generate(&self) -> Result<(), Error> {
        match &self.out_dir {
            Some(folder) => {
                let (loaded, files) = self.files()?;
                if std::env::var_os("OUT_DIR").is_some() {
                    build_script::warn(&warnings(&loaded))
                        .map_err(|error| build_script::untold(&error))?;
                }
                output::write(folder, &files).map_err(|error| Error::write(folder, &error))?;
                Ok(())
            }
            None => build_script::generate(self),
        }
    }

    /// The warnings about the contract: what is made, and may not be what was
    /// meant. Files are named from the current folder.
    ///
    /// # Errors
    /// The contract has errors.
    pub fn warnings(&self) -> Result<Vec<Diagnostic>, Error> {
        Ok(warnings(&self.files()?.0))
    }

    /// The Rust output as tokens: the same modules as on disk, nested inline.
    ///
    /// # Errors
    /// The contract has errors.
    pub fn tokens(&self) -> Result<Generated, Error> {
        let (mut loaded, selection) = (self.load()?, self.selection()?);
        let tokens = emit::tokens(&loaded.contract, &selection)
            .map_err(|failures| Error::findings(&failures, loaded.sources.texts()))?;
        loaded.diagnostics.extend(emit::warnings(&loaded.contract, &selection));
        let files = loaded.sources.paths().into_iter().map(Path::to_owned).collect();
        let warnings = warnings(&loaded);
        Ok(Generated { tokens, contract: loaded.contract, files, warnings })
    }

    fn files(&self) -> Result<(Loaded, Vec<OutputFile>), Error> {
        let selection = self.selection()?;
        let mut loaded = self.load()?;
        let files = emit::files(&loaded.contract, &selection)
            .map_err(|failures| Error::findings(&failures, loaded.sources.texts()))?;
        loaded.diagnostics.extend(emit::warnings(&loaded.contract, &selection));
        Ok((loaded, files))
    }

    fn selection(&self) -> Result<Selection, Error> {
        let selection = match &self.emit {
            None => Selection::default(),
            Some(names) => {
                Selection::new(names).map_err(|error| Error::message(error.to_string()))?
            }
        };
        let selection = selection.asyncapi(self.asyncapi.iter().copied());
        Ok(selection.openapi(self.openapi.iter().copied()))
    }

    fn load(&self) -> Result<Loaded, Error> {
        let loaded = load_with_config(&self.protos, &self.includes, self.service_config.as_deref())
            .map_err(|error| Error::source(&error))?;
        if loaded.has_errors() {
            return Err(Error::contract(&loaded));
        }
        self.check_baseline()?;
        Ok(loaded)
    }

    fn check_baseline(&self) -> Result<(), Error> {
        let Some(baseline) = &self.baseline else {
            return Ok(());
        };
        let [proto] = &*self.protos else {
            let help = "a baseline is compared with one file or folder: \
                        name the folder that holds the protos";
            return Err(Error::message(help.to_owned()));
        };
        let proto = proto.to_string_lossy();
        let config = self.service_config.as_deref();
        baseline.check(&proto, &self.includes, config).map_err(Error::message)
    }
}

/// The findings of a contract that are warnings, with files as they are named
/// from the current folder.
fn warnings(loaded: &Loaded) -> Vec<Diagnostic> {
    let here = std::env::current_dir().unwrap_or_default();
    let found = loaded.diagnostics.iter().filter(|found| found.severity == Severity::Warning);
    let mut found: Vec<_> = found.cloned().collect();
    for place in found.iter_mut().filter_map(|found| found.location.as_mut()) {
        let path = loaded.sources.texts().file(&place.file).and_then(|file| file.path());
        if let Some(path) = path {
            place.file = path.strip_prefix(&here).unwrap_or(path).display().to_string();
        }
    }
    found
}

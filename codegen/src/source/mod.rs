//! From `.proto` files to a descriptor pool with texts and spans, the only
//! place that reads files. It knows nothing of what a contract means.

mod body;
mod bundled;
mod compile;
mod configured;
mod editions;
mod errors;
mod imports;
mod includes;
mod inputs;
mod order;
mod outline;
mod service_config;
mod spans;
mod texts;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use prost_reflect::DescriptorPool;
use prost_types::FileDescriptorSet;

pub use service_config::ServiceConfig;
pub use spans::Spans;
pub use texts::{SourceFile, Texts};

// What a comparison reads without compiling.
#[cfg(feature = "compat")]
pub(crate) use self::{
    bundled::{Precedence, find as bundled},
    imports::well_known,
    includes::import_name,
    inputs::{package_root, proto_files, root_of},
    outline::Outline,
};

use crate::contract::Location;
use crate::diagnostic::Diagnostic;
use includes::Includes;

/// Compiled `.proto` files, imports included.
#[derive(Clone, Debug)]
pub struct Sources {
    pool: DescriptorPool,
    texts: Texts,
    inputs: Vec<String>,
    /// Where options stand that no `.proto` file states, by file and
    /// descriptor path.
    placed: BTreeMap<(String, Vec<i32>), Location>,
    /// What was found that keeps nothing from being made.
    notes: Vec<Diagnostic>,
}

/// Why files did not compile. `Display` and `Debug` write a line for each
/// finding: a build script that fails shows `Debug`.
#[derive(Clone)]
pub struct SourceError {
    /// Every finding, at least one of them an error.
    pub diagnostics: Vec<Diagnostic>,
    /// What was read so far, to show the findings in.
    pub texts: Texts,
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.diagnostics.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{diagnostic}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for SourceError {}

/// Compiles `.proto` files, or all of those below a folder.
///
/// Imports are looked up in `includes`, in their order. Without includes, each
/// input brings its own: the folder that its package path starts from if it
/// lies in one (`proto` for `proto/a/b.proto` of package `a`), else the folder
/// that it lies in.
///
/// `google/protobuf/*` and `agentgen/v1/options.proto` are always those that
/// come with this crate; `buf/validate`, `google/api`, `google/rpc`, `google/type` and
/// `google/longrunning` come with it too, and an include folder's own win.
pub fn load(inputs: &[PathBuf], includes: &[PathBuf]) -> Result<Sources, SourceError> {
    let mut diagnostics = Vec::new();
    let (names, includes) = inputs::resolve(inputs, includes, &mut diagnostics);
    compile::compile(names, &includes, diagnostics)
}

/// As [`load`], with the options that a service config states over them; see
/// [`ServiceConfig`].
pub fn load_with_config(
    inputs: &[PathBuf],
    includes: &[PathBuf],
    config: &Path,
) -> Result<Sources, SourceError> {
    let mut diagnostics = Vec::new();
    let (names, includes) = inputs::resolve(inputs, includes, &mut diagnostics);
    match ServiceConfig::read(config) {
        Ok(config) => configured::compile(names, &includes, diagnostics, &config),
        Err(error) => {
            diagnostics.push(*error);
            compile::compile(names, &includes, diagnostics)
        }
    }
}

/// Compiles files that are given as pairs of import name and text. All of them
/// are inputs.
pub fn from_texts<N, T>(files: impl IntoIterator<Item = (N, T)>) -> Result<Sources, SourceError>
where
    N: Into<String>,
    T: Into<String>,
{
    let includes = Includes::memory(texts(files));
    compile::compile(includes.memory_names(), &includes, Vec::new())
}

/// As [`from_texts`], with the options that a service config states over them.
pub fn from_texts_with_config<N, T>(
    files: impl IntoIterator<Item = (N, T)>,
    config: &ServiceConfig,
) -> Result<Sources, SourceError>
where
    N: Into<String>,
    T: Into<String>,
{
    let includes = Includes::memory(texts(files));
    configured::compile(includes.memory_names(), &includes, Vec::new(), config)
}

fn texts<N: Into<String>, T: Into<String>>(files: impl IntoIterator<Item = (N, T)>) -> Texts {
    let mut texts = Texts::default();
    for (name, text) in files {
        texts.insert(name, SourceFile::new(text, None));
    }
    texts
}

/// Compiles the files of these names; they and their imports are looked up
/// among texts and what comes with this crate.
pub(crate) fn from_read(names: Vec<String>, texts: &Texts) -> Result<Sources, SourceError> {
    compile::compile(names, &Includes::memory(texts.clone()), Vec::new())
}

impl Sources {
    /// The descriptors of all files, imports included, options with extensions.
    pub fn pool(&self) -> &DescriptorPool {
        &self.pool
    }

    /// The inputs, as others would import them, without repetition.
    pub fn inputs(&self) -> &[String] {
        &self.inputs
    }

    /// What was found that keeps nothing from being made.
    pub fn notes(&self) -> &[Diagnostic] {
        &self.notes
    }

    /// The texts of all files, and of the service config.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The absolute paths of every file that was read from disk, sorted: what
    /// output must be made again for when it changes.
    pub fn paths(&self) -> Vec<&Path> {
        self.texts.paths()
    }

    /// Every file, imports included, in dependency order, with comments and
    /// without extensions: what prost-build reads.
    pub fn descriptor_set(&self) -> FileDescriptorSet {
        FileDescriptorSet { file: self.pool.file_descriptor_protos().cloned().collect() }
    }

    /// The encoded `FileDescriptorSet`: every file, imports included, in
    /// dependency order, with extensions and without source info.
    pub fn encode(&self) -> Vec<u8> {
        compile::encode(&self.pool)
    }
}

//! Compiles files and lays a service config over them.

use prost::encoding;
use prost_reflect::DescriptorPool;

use super::compile::{self, FILE};
use super::includes::Includes;
use super::service_config::{OPTIONS, ServiceConfig};
use super::{SourceError, Sources};
use crate::diagnostic::{Diagnostic, codes};

/// Compiles the files of these names, with the files that declare the options
/// a service config sets: the inputs need not import them.
pub(super) fn compile(
    names: Vec<String>,
    includes: &Includes,
    diagnostics: Vec<Diagnostic>,
    config: &ServiceConfig,
) -> Result<Sources, SourceError> {
    let all = names.iter().cloned().chain(OPTIONS.map(str::to_owned)).collect();
    let mut sources = match compile::compile(all, includes, diagnostics) {
        Ok(sources) => Sources { inputs: names, ..sources },
        Err(mut error) => {
            error.texts.insert(config.shown(), config.source().clone());
            return Err(error);
        }
    };
    sources.texts.insert(config.shown(), config.source().clone());
    overlay(sources, config)
}

fn overlay(mut sources: Sources, config: &ServiceConfig) -> Result<Sources, SourceError> {
    let files = sources.pool.files().map(|file| (file.name().to_owned(), file.encode_to_vec()));
    let mut files: Vec<(String, Vec<u8>)> = files.collect();
    let applied = config.apply(files.iter_mut().map(|(name, bytes)| (name.as_str(), bytes)));
    let mut diagnostics = applied.diagnostics;
    let mut set = Vec::new();
    for (_, file) in &files {
        encoding::bytes::encode(FILE, file, &mut set);
    }
    match DescriptorPool::decode(set.as_slice()) {
        Ok(pool) => sources.pool = pool,
        Err(error) => diagnostics.push(Diagnostic::new(&codes::DEFINITION, error.to_string())),
    }
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(SourceError { diagnostics, texts: sources.texts });
    }
    Ok(Sources { placed: applied.places, notes: diagnostics, ..sources })
}

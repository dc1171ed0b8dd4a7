//! Finds and loads the contract that a macro names. Paths start from the
//! package's folder, as cargo's do, else from the source file's, as those of
//! `include_str!` do; mistakes in the contract are reported at the literal that
//! names it.

use std::path::{Path, PathBuf};

use agentgen_codegen::contract::{Contract, Location};
use agentgen_codegen::diagnostic::Diagnostic;
use agentgen_codegen::source::{SourceError, Texts};
use agentgen_codegen::{Baseline, Loaded, load_with_config};
use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

use super::arguments::Arguments;
use crate::report::Report;

/// A contract and the files it came from.
pub(super) struct Source {
    pub(super) contract: Contract,
    pub(super) files: Files,
}

/// The files of a contract.
pub(super) struct Files {
    texts: Texts,
    /// The folder that paths start from.
    base: PathBuf,
    /// What a comparison with the baseline depends on beside them.
    judged: Vec<PathBuf>,
}

impl Source {
    /// Loads the contract at `path`; `None` with a mistake.
    pub(super) fn load(path: &LitStr, arguments: &Arguments, report: &mut Report) -> Option<Self> {
        let (base, input) = find(path, arguments, report)?;
        let includes: Vec<_> =
            arguments.include.iter().map(|folder| base.join(folder.value())).collect();
        let config = arguments.service_config.as_ref();
        let config = config.map(|path| PathBuf::from(from_here(&base.join(path.value()))));
        let inputs = std::slice::from_ref(&input);
        let loaded = load_with_config(inputs, &includes, config.as_deref());
        let (diagnostics, texts, contract) = match loaded {
            Ok(Loaded { sources, contract, diagnostics }) => {
                (diagnostics, sources.texts().clone(), Some(contract))
            }
            Err(SourceError { diagnostics, texts }) => (diagnostics, texts, None),
        };
        let baseline = arguments.baseline.as_ref().map(|side| (side, baseline(side, &base)));
        let judged = baseline.as_ref().map(|(_, it)| absolute(it.files()));
        let found = Files { texts, base, judged: judged.unwrap_or_default() };
        let mut failed = false;
        for error in diagnostics.iter().filter(|found| found.is_error()) {
            report.error(path.span(), found.located(error));
            failed = true;
        }
        let contract = contract.filter(|_| !failed)?;
        if let Some((side, baseline)) = baseline
            && let Err(breaks) = baseline.check(&from_here(&input), &includes, config.as_deref())
        {
            report.error(
                side.span(),
                format!("the contract breaks its baseline\n\n{}", breaks.trim_end()),
            );
        }
        Some(Self { contract, files: found })
    }
}

impl Files {
    /// Makes cargo build again when a file of the contract changes.
    pub(super) fn dependencies(&self) -> TokenStream {
        let judged = self.judged.iter().filter(|path| path.is_file()).map(PathBuf::as_path);
        let paths = self.texts.paths().into_iter().chain(judged).filter_map(Path::to_str);
        quote!(#(const _: &[u8] = ::core::include_bytes!(#paths);)*)
    }

    /// `proto/x.proto:12`, from the folder that paths start from.
    pub(super) fn place(&self, location: &Location) -> String {
        format!("{}:{}", self.name(location), location.line)
    }

    /// A finding whose file is named from the folder that paths start from.
    fn located(&self, found: &Diagnostic) -> Diagnostic {
        let mut found = found.clone();
        if let Some(location) = &mut found.location {
            location.file = self.name(location);
        }
        found
    }

    fn name(&self, location: &Location) -> String {
        let path = self.texts.file(&location.file).and_then(|file| file.path());
        let path = path.map(|path| path.strip_prefix(&self.base).unwrap_or(path));
        path.map_or_else(|| location.file.clone(), |path| path.display().to_string())
    }
}

/// What the contract must not break. Paths and the accept file start from the
/// same folder as the contract's; what git knows starts from the repository.
fn baseline(side: &LitStr, base: &Path) -> Baseline {
    let named = side.value();
    let in_git = named.starts_with("git:");
    let side = if in_git { named } else { from_here(&base.join(named)) };
    Baseline::new(side).accept(base.join("agentgen-accept.toml"))
}

fn absolute<'p>(paths: impl Iterator<Item = &'p Path>) -> Vec<PathBuf> {
    paths.filter_map(|path| std::path::absolute(path).ok()).collect()
}

/// A path from the folder that the compiler runs in, which reads better.
fn from_here(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let inside = here.as_ref().and_then(|here| path.strip_prefix(here).ok());
    inside.unwrap_or(path).display().to_string()
}

/// Reports what keeps code from being generated.
pub(super) fn report_all(path: &LitStr, found: &[Diagnostic], report: &mut Report) {
    for diagnostic in found {
        report.error(path.span(), diagnostic);
    }
}

/// The folder that paths start from, and the file: in that folder, or in an
/// include folder below it.
fn find(path: &LitStr, arguments: &Arguments, report: &mut Report) -> Option<(PathBuf, PathBuf)> {
    let wanted = PathBuf::from(path.value());
    let folders = arguments.include.iter().map(|folder| PathBuf::from(folder.value()));
    let names: Vec<_> =
        std::iter::once(PathBuf::new()).chain(folders).map(|folder| folder.join(&wanted)).collect();
    for base in bases(path) {
        if let Some(file) = names.iter().map(|name| base.join(name)).find(|file| file.exists()) {
            return Some((base, file));
        }
    }
    let tried: Vec<_> = names.iter().map(|name| format!("`{}`", name.display())).collect();
    report.error(
        path.span(),
        format!(
            "no such file: tried {}, from the package's folder and from this file's",
            tried.join(" and ")
        ),
    );
    None
}

/// The package's folder, and that of the source file.
fn bases(path: &LitStr) -> impl Iterator<Item = PathBuf> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let file = path.span().unwrap().local_file();
    let beside = file.and_then(|file| std::path::absolute(file.parent()?).ok());
    package.into_iter().chain(beside)
}

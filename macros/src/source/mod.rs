//! Finds and loads the contract that a macro names, or else the one that the
//! package's build script reads, or that a macro before it has generated. Paths
//! start from the package's folder, as cargo's do, else from the source file's, as
//! those of `include_str!` do; mistakes in the contract are reported at the literal
//! that names it.

mod cache;
mod find;
mod here;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use agentgen_codegen::contract::{Contract, Location};
use agentgen_codegen::diagnostic::{Diagnostic, Severity};
use agentgen_codegen::emit::{self, Selection};
use agentgen_codegen::source::{SourceError, Texts};
use agentgen_codegen::{Baseline, Inputs, Loaded};
use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

use crate::report::Report;

/// A contract and the files it came from.
#[derive(Clone)]
pub(crate) struct Source {
    loaded: Arc<Loaded>,
    pub(crate) files: Files,
}

/// The contract that a macro's arguments name.
#[derive(Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) path: &'a LitStr,
    pub(crate) includes: &'a [LitStr],
    pub(crate) service_config: Option<&'a LitStr>,
    pub(crate) baseline: Option<&'a LitStr>,
}

/// The files of a contract.
#[derive(Clone)]
pub(crate) struct Files {
    texts: Texts,
    /// The folder that paths start from.
    base: PathBuf,
    /// What a comparison with the baseline depends on beside them.
    judged: Vec<PathBuf>,
}

impl Source {
    /// Loads the contract at `path`; `None` with a mistake.
    pub(crate) fn load(named: &Named<'_>, report: &mut Report) -> Option<Self> {
        let Named { path, includes, service_config, baseline } = *named;
        let (base, input) = find::named(path, includes, report)?;
        let includes: Vec<_> = includes.iter().map(|folder| base.join(folder.value())).collect();
        let config = service_config.map(|path| PathBuf::from(from_here(&base.join(path.value()))));
        let loaded = cache::loaded(vec![input.clone()], includes.clone(), config.clone());
        let (diagnostics, texts) = match &loaded {
            Ok(loaded) => (&loaded.diagnostics, loaded.sources.texts().clone()),
            Err(SourceError { diagnostics, texts }) => (diagnostics, texts.clone()),
        };
        let baseline = baseline.map(|side| (side, self::baseline(side, &base)));
        let judged = baseline.as_ref().map(|(_, it)| absolute(it.files()));
        let found = Files { texts, base, judged: judged.unwrap_or_default() };
        let mut failed = false;
        for error in diagnostics.iter().filter(|found| found.is_error()) {
            report.error(path.span(), found.located(error));
            failed = true;
        }
        let loaded = loaded.ok().filter(|_| !failed)?;
        if let Some((side, baseline)) = baseline
            && let Err(breaks) = baseline.check(&from_here(&input), &includes, config.as_deref())
        {
            let breaks = breaks.trim_end();
            // Without the feature, nothing was judged.
            let head =
                if cfg!(feature = "compat") { "the contract breaks its baseline\n\n" } else { "" };
            report.error(side.span(), format!("{head}{breaks}"));
        }
        found.are_named(path, report);
        Some(Self { loaded, files: found })
    }

    /// The contract that the package's build script reads; `None` without one.
    /// The script has reported its mistakes, and makes cargo build again.
    pub(crate) fn built() -> Option<Self> {
        let Inputs { protos, includes } = Inputs::of_build_script()?;
        let loaded = cache::loaded(protos, includes, None).ok()?;
        let texts = loaded.sources.texts().clone();
        let files = Files { texts, base: find::package()?, judged: Vec::new() };
        Some(Self { loaded, files })
    }

    /// The contract in a file, without what only a macro knows.
    #[cfg(test)]
    pub(crate) fn of_file(path: PathBuf) -> Self {
        let base = path.parent().map(Path::to_owned).unwrap_or_default();
        let loaded = cache::loaded(vec![path], Vec::new(), None).expect("it is a contract");
        let files = Files { texts: loaded.sources.texts().clone(), base, judged: Vec::new() };
        Self { loaded, files }
    }

    /// The contracts that macros further up in this crate have generated.
    pub(crate) fn generated() -> Vec<Self> {
        here::all()
    }

    /// Lets impls further down be checked against this contract.
    pub(crate) fn remember(&self) {
        here::remember(self);
    }

    /// Whether another contract was read from the same files.
    fn is_of_files(&self, other: &Self) -> bool {
        self.files.texts.paths() == other.files.texts.paths()
    }

    pub(crate) fn contract(&self) -> &Contract {
        &self.loaded.contract
    }

    /// What is made of the contract, and may not be what was meant.
    pub(crate) fn warnings(&self, selection: &Selection) -> Vec<Diagnostic> {
        let emitted = emit::warnings(self.contract(), selection);
        let found = self.loaded.diagnostics.iter().chain(&emitted);
        let found = found.filter(|found| found.severity == Severity::Warning);
        found.map(|found| self.files.located(found)).collect()
    }
}

impl Files {
    /// What a build depends on.
    fn all(&self) -> impl Iterator<Item = &Path> {
        let judged = self.judged.iter().filter(|path| path.is_file()).map(PathBuf::as_path);
        self.texts.paths().into_iter().chain(judged)
    }

    /// Reports files that code cannot name.
    fn are_named(&self, contract: &LitStr, report: &mut Report) {
        for path in self.all().filter(|path| path.to_str().is_none()) {
            let message = format!(
                "the path `{}` is no UTF-8, so that a change of the file would not be seen: \
                 rename it",
                path.display()
            );
            report.error(contract.span(), message);
        }
    }

    /// Makes cargo build again when a file of the contract changes.
    pub(crate) fn dependencies(&self) -> TokenStream {
        let paths = self.all().filter_map(Path::to_str);
        quote!(#(const _: &[u8] = ::core::include_bytes!(#paths);)*)
    }

    /// `proto/x.proto:12`, from the folder that paths start from.
    pub(crate) fn place(&self, location: &Location) -> String {
        format!("{}:{}", self.name(location), location.line)
    }

    /// The file that something is declared in.
    pub(crate) fn origin(&self, location: &Location) -> Option<PathBuf> {
        let path = self.texts.file(&location.file)?.path()?;
        Some(path.canonicalize().unwrap_or_else(|_| path.to_owned()))
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
pub(crate) fn report_all(path: &LitStr, found: &[Diagnostic], report: &mut Report) {
    for diagnostic in found {
        report.error(path.span(), diagnostic);
    }
}

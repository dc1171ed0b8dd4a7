//! The arguments that name a contract, and the contract they name.

use std::path::PathBuf;

use clap::Args;

use super::config::Config;
use super::console::{Failure, note};
use agentgen_codegen::diagnostic::{Diagnostic, codes, render};
use agentgen_codegen::source::Texts;
use agentgen_codegen::{Loaded, load_with_config};

/// Which contract.
#[derive(Debug, Args)]
pub(super) struct Inputs {
    /// .proto files, or folders of them [default: `protos` of agentgen.toml].
    #[arg(value_name = "PROTO")]
    protos: Vec<PathBuf>,
    /// Look imports up in this folder; may be repeated [default: the folders
    /// that the inputs lie in, or `includes` of agentgen.toml].
    #[arg(short = 'I', long = "include", value_name = "DIR")]
    includes: Vec<PathBuf>,
    /// Lay the options of this google.api.Service YAML over the .proto files
    /// [default: `service_config` of agentgen.toml].
    #[arg(long, value_name = "FILE")]
    service_config: Option<PathBuf>,
}

/// Where a command works: the settings found, and the contract they name.
pub(super) struct Workspace {
    pub(super) config: Config,
    pub(super) loaded: Loaded,
}

impl Inputs {
    /// What a command that names its contract in another way was given.
    #[cfg(feature = "queue")]
    pub(super) fn new(
        protos: Vec<PathBuf>,
        includes: Vec<PathBuf>,
        service_config: Option<PathBuf>,
    ) -> Self {
        Self { protos, includes, service_config }
    }

    /// Reads the contract. What does not compile is said here; findings about
    /// one that does are the caller's to tell.
    pub(super) fn load(self) -> Result<Workspace, Failure> {
        let config = Config::find(&std::env::current_dir()?)?;
        let protos = if self.protos.is_empty() { config.protos.clone() } else { self.protos };
        let includes =
            if self.includes.is_empty() { config.includes.clone() } else { self.includes };
        if protos.is_empty() {
            return Err(Failure::trouble(
                "no .proto file is given, and no agentgen.toml here or above names any",
            ));
        }
        let service_config = self.service_config.or_else(|| config.sidecar.clone());
        match load_with_config(&protos, &includes, service_config.as_deref()) {
            Ok(loaded) => Ok(Workspace { config, loaded }),
            Err(error) => Err(failure(&error.diagnostics, &error.texts)),
        }
    }
}

impl Inputs {
    /// The arguments as they would be typed, with a space before each.
    pub(super) fn words(&self) -> String {
        let protos = self.protos.iter().map(|proto| format!(" {}", proto.display()));
        let includes = self.includes.iter().map(|folder| format!(" -I {}", folder.display()));
        let service_config = self.service_config.iter();
        let service_config =
            service_config.map(|file| format!(" --service-config {}", file.display()));
        protos.chain(includes).chain(service_config).collect()
    }
}

/// Tells findings that keep the command from its work.
pub(super) fn failure(diagnostics: &[Diagnostic], texts: &Texts) -> Failure {
    note(&render(diagnostics, &|file| texts.get(file), true));
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let mut codes = errors.map(|diagnostic| diagnostic.code);
    if codes.all(|code| code == codes::INPUT_UNREADABLE.name) {
        return Failure::trouble("not every input can be read");
    }
    Failure::Findings
}

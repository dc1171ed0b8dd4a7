//! `agentgen.toml`: what would be repeated on every command line.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::console::Failure;

/// The name of the file.
const NAME: &str = "agentgen.toml";

/// The settings, with paths relative to where the command runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Config {
    /// `.proto` files, and folders of them.
    pub(super) protos: Vec<PathBuf>,
    /// Folders that imports are looked up in.
    pub(super) includes: Vec<PathBuf>,
    /// The service config that is laid over the `.proto` files.
    #[serde(rename = "service_config")]
    pub(super) sidecar: Option<PathBuf>,
    /// The output folder.
    pub(super) out: Option<PathBuf>,
    /// Emitters and groups.
    pub(super) emit: Vec<String>,
    /// The versions of OpenAPI documents, as `--openapi-version` takes them.
    pub(super) openapi: Vec<String>,
    /// The brokers with AsyncAPI documents of their own, as `--asyncapi-binding`
    /// takes them.
    pub(super) asyncapi: Vec<String>,
    /// The broker of `agentgen queue`. A file's path is relative to this file.
    pub(super) broker: Option<String>,
    /// How versions are compared.
    pub(super) compat: Compat,
}

/// What `agentgen check-compat` takes where the command line says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Compat {
    /// The old side. A path of the file system is relative to the file.
    pub(super) baseline: Option<String>,
    /// Which findings count.
    pub(super) profile: Option<String>,
    /// Which directions count.
    pub(super) mode: Option<String>,
    /// The file of accepted breaks.
    pub(super) accept: Option<PathBuf>,
}

impl Config {
    /// The settings of the nearest file, from `start` upwards; the default
    /// where there is none.
    pub(super) fn find(start: &Path) -> Result<Self, Failure> {
        let mut folder = PathBuf::new();
        for parent in start.ancestors() {
            let text = match fs::read_to_string(parent.join(NAME)) {
                Ok(text) => text,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    folder.push("..");
                    continue;
                }
                Err(error) => return Err(Failure::trouble(format!("{NAME}: {error}"))),
            };
            return Self::parse(&text, &folder);
        }
        Ok(Self::default())
    }

    fn parse(text: &str, folder: &Path) -> Result<Self, Failure> {
        let mut config: Self = toml::from_str(text).map_err(|error| {
            Failure::trouble(format!("{}: {error}", folder.join(NAME).display()))
        })?;
        let paths = config.protos.iter_mut().chain(&mut config.includes).chain(&mut config.out);
        let paths = paths.chain(&mut config.sidecar);
        paths.chain(&mut config.compat.accept).for_each(|path| *path = folder.join(&*path));
        if let Some(path) = config.broker.as_deref().and_then(|url| url.strip_prefix("sqlite:")) {
            config.broker = Some(format!("sqlite:{}", folder.join(path).display()));
        }
        let baseline = config.compat.baseline.iter_mut();
        for baseline in baseline.filter(|side| !side.starts_with("git:") && *side != "-") {
            *baseline = folder.join(&*baseline).display().to_string();
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_file() {
        let config = Config::parse(
            "protos = [\"proto\"]\nout = \"src/gen\"\nservice_config = \"s.yaml\"",
            Path::new(".."),
        )
        .expect("a valid file");
        assert_eq!(config.protos, [Path::new("../proto")]);
        assert_eq!(config.out.as_deref(), Some(Path::new("../src/gen")));
        assert_eq!(config.sidecar.as_deref(), Some(Path::new("../s.yaml")));
    }

    #[test]
    fn a_baseline_is_a_path_unless_it_stands_in_git() {
        let baseline = |text: &str| {
            let text = format!("[compat]\nbaseline = \"{text}\"");
            let config = Config::parse(&text, Path::new("..")).expect("a valid file");
            config.compat.baseline.expect("it is set")
        };
        assert_eq!(baseline("old"), "../old");
        assert_eq!(baseline("git:main:proto"), "git:main:proto");
    }

    #[test]
    fn a_broker_is_a_url_and_its_file_is_relative_to_the_settings() {
        let broker = |url: &str| {
            let config = Config::parse(&format!("broker = \"{url}\""), Path::new(".."));
            config.expect("a valid file").broker.expect("it is set")
        };
        assert_eq!(
            broker("sqlite:work.db?synchronous=normal"),
            "sqlite:../work.db?synchronous=normal"
        );
        assert_eq!(broker("nats://host"), "nats://host");
    }

    #[test]
    fn an_unknown_key_is_an_error_with_its_place() {
        let error = Config::parse("protos = []\nprotoz = 1", Path::new("")).expect_err("a typo");
        let Failure::Trouble(message) = error else { panic!("{error:?}") };
        assert!(
            message.starts_with("agentgen.toml: TOML parse error at line 2, column 1"),
            "{message}"
        );
        assert!(message.contains("unknown field `protoz`"), "{message}");
    }
}

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
    /// The output folder.
    pub(super) out: Option<PathBuf>,
    /// Emitters and groups.
    pub(super) emit: Vec<String>,
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
        paths.for_each(|path| *path = folder.join(&*path));
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_file() {
        let config = Config::parse("protos = [\"proto\"]\nout = \"src/gen\"", Path::new(".."))
            .expect("a valid file");
        assert_eq!(config.protos, [Path::new("../proto")]);
        assert_eq!(config.out.as_deref(), Some(Path::new("../src/gen")));
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

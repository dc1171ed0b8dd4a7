//! Breaks of the contract as build errors: what is built against what was
//! published.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::compat::accept::{AcceptFile, Date};
use crate::compat::input::Side;
use crate::compat::render::{Style, text};
use crate::compat::report::{Mode, Profile, Report, Settings, State, check};

/// The version of a contract that new ones must not break.
///
/// ```no_run
/// use agentgen_codegen::Baseline;
/// use agentgen_codegen::compat::report::Mode;
///
/// # fn main() -> Result<(), agentgen_codegen::Error> {
/// let published = Baseline::new("git:main:proto").mode(Mode::Full);
/// agentgen_codegen::Generator::new().proto("proto").compat_baseline(published).generate()
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Baseline {
    side: String,
    accept: PathBuf,
    service_config: Option<String>,
    profile: Profile,
    mode: Mode,
}

impl Baseline {
    /// The old side, as `agentgen check-compat` takes it: a `.proto` file, a
    /// folder, a descriptor image, or `git:REF:PATH`. It is compared with the
    /// same file or folder as it is now, by the default profile and mode; what
    /// `agentgen-accept.toml` in the current folder accepts passes.
    ///
    /// A package that is built away from its repository has no `git:` side:
    /// its build script checks only where there is one.
    pub fn new(side: impl Into<String>) -> Self {
        Self {
            side: side.into(),
            accept: PathBuf::from("agentgen-accept.toml"),
            service_config: None,
            profile: Profile::default(),
            mode: Mode::default(),
        }
    }

    /// Takes the accepted breaks from this file; none where it does not exist.
    #[must_use]
    pub fn accept(mut self, path: impl AsRef<Path>) -> Self {
        path.as_ref().clone_into(&mut self.accept);
        self
    }

    /// Lays this service config over the old side: a file, or `git:REF:PATH`.
    /// By default it is the new side's, under the ref of an old side in git.
    #[must_use]
    pub fn service_config(mut self, config: impl Into<String>) -> Self {
        self.service_config = Some(config.into());
        self
    }

    /// Chooses which findings count.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Chooses which directions count.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// The files on disk that the judgement depends on, apart from the new
    /// side.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let config = self.service_config.as_deref().map(Path::new);
        let files = [Path::new(&self.side), &self.accept].into_iter().chain(config);
        files.filter(|path| path.exists())
    }

    /// Compares the new side, with its service config, with the baseline.
    ///
    /// # Errors
    /// What breaks and is not accepted, as text with the lines of both sides,
    /// or why a side cannot be judged.
    pub fn check(
        &self,
        new: &str,
        includes: &[PathBuf],
        service_config: Option<&Path>,
    ) -> Result<(), String> {
        let report = self.report(new, includes, service_config)?;
        if report.state() == State::Incompatible { Err(shown(report)) } else { Ok(()) }
    }

    fn report(
        &self,
        new: &str,
        includes: &[PathBuf],
        service_config: Option<&Path>,
    ) -> Result<Report, String> {
        let settings = Settings {
            profile: self.profile,
            mode: self.mode,
            accepted: self.accepted()?,
            witness: false,
            today: Date::today(),
        };
        let config = service_config.map(|path| path.display().to_string());
        let old_config = self.service_config.as_deref().or(config.as_deref());
        let sides = Side::open_both(&self.side, new, includes).and_then(|(old, new)| {
            Ok((old.configured(old_config)?, new.configured(config.as_deref())?))
        });
        let (old, new) = sides.map_err(|error| error.to_string())?;
        check(&old, &new, &settings).map_err(|error| error.to_string())
    }

    fn accepted(&self) -> Result<AcceptFile, String> {
        let path = self.accept.display().to_string();
        match fs::read_to_string(&self.accept) {
            Ok(text) => AcceptFile::parse(&text, &path).map_err(|error| error.to_string()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(AcceptFile::default()),
            Err(error) => Err(format!("{path}: {error}")),
        }
    }
}

/// What fails, and what it comes to; nothing about what does not.
fn shown(mut report: Report) -> String {
    report.findings.retain(crate::compat::report::Reported::fails);
    text(&report, Style::PLAIN)
}

impl<S: Into<String>> From<S> for Baseline {
    fn from(side: S) -> Self {
        Self::new(side)
    }
}

//! The arguments about accepted breaks, and the file that they read and write.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::Outcome;
use crate::config::Config;
use crate::console::{Failure, note};
use agentgen_codegen::compat::accept::{AcceptFile, Date, Entry};
use agentgen_codegen::compat::report::{Report, Reported};

/// Where accepted breaks are kept unless something else is said.
const DEFAULT: &str = "agentgen-accept.toml";

#[derive(Debug, Args)]
pub(super) struct Accepting {
    /// Accept everything that breaks now: write it to the accept file.
    #[arg(long, requires = "reason")]
    pub(super) accept: bool,
    /// Why it is accepted.
    #[arg(long, value_name = "TEXT", requires = "accept")]
    reason: Option<String>,
    /// The last day on which it is, such as 2027-01-31 [default: for ever].
    #[arg(long, value_name = "DATE", requires = "accept")]
    expires: Option<Date>,
    /// The file of accepted breaks [default: `accept` of agentgen.toml, or
    /// agentgen-accept.toml].
    #[arg(long, value_name = "FILE")]
    pub(super) accept_file: Option<PathBuf>,
}

impl Accepting {
    /// The breaks that were accepted. A file that is named and missing is an
    /// error unless it is about to be written.
    pub(super) fn read(&self, config: &Config) -> Result<AcceptFile, Failure> {
        let named = self.accept_file.as_ref().or(config.compat.accept.as_ref());
        let path = named.map_or(Path::new(DEFAULT), PathBuf::as_path);
        let shown = path.display().to_string();
        match fs::read_to_string(path) {
            Ok(text) => AcceptFile::parse(&text, &shown).map_err(Failure::trouble),
            Err(error)
                if error.kind() == ErrorKind::NotFound && (named.is_none() || self.accept) =>
            {
                Ok(AcceptFile { path: shown, entries: Vec::new() })
            }
            Err(error) => Err(Failure::trouble(format!("{shown}: {error}"))),
        }
    }

    /// Accepts everything that fails in a report.
    pub(super) fn write(&self, report: &Report, mut file: AcceptFile) -> Outcome {
        let reason = self.reason.as_deref().unwrap_or_default().trim();
        if reason.is_empty() {
            return Err(Failure::trouble("--reason is empty: say why the break is accepted"));
        }
        if let Some(last) = self.expires.filter(|last| *last < Date::today()) {
            return Err(Failure::trouble(format!("--expires {last} lies in the past")));
        }
        let failing: Vec<&Reported> =
            report.findings.iter().filter(|found| found.fails()).collect();
        for found in &failing {
            file.accept(self.entry(found, reason));
            note(&format!("accepted[{}] {}", found.finding.rule, found.finding.element));
        }
        if failing.is_empty() {
            note("nothing breaks that is not accepted already");
            return Ok(());
        }
        fs::write(&file.path, file.to_text())
            .map_err(|error| Failure::trouble(format!("{}: {error}", file.path)))?;
        note(&format!("{}: {} written", file.path, failing.len()));
        Ok(())
    }

    fn entry(&self, found: &Reported, reason: &str) -> Entry {
        Entry {
            rule: found.finding.rule.to_owned(),
            element: found.finding.element.clone(),
            message: found.finding.message.clone(),
            fingerprint: found.fingerprint.clone(),
            reason: reason.to_owned(),
            expires: self.expires,
        }
    }
}

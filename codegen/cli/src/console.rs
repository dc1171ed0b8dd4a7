//! What commands print with, and how they end.

use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::ValueEnum;

/// When to colour output.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Color {
    /// On a terminal that takes it.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Makes the choice hold for the process.
    pub(super) fn apply(self) {
        let choice = match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}

/// Why a command did not succeed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The contract or the output is not as it should be; said already.
    Findings,
    /// It could not be tried.
    Trouble(String),
}

impl Failure {
    /// Something that could not be done.
    pub(super) fn trouble(message: impl fmt::Display) -> Self {
        Self::Trouble(message.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::trouble(error)
    }
}

/// Tells the failure and gives its exit code.
pub(super) fn fail(failure: &Failure) -> ExitCode {
    match failure {
        Failure::Findings => ExitCode::from(1),
        Failure::Trouble(message) => {
            note(&format!("agentgen: {message}"));
            ExitCode::from(2)
        }
    }
}

/// Prints what a program would read. A reader that has gone is no failure.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

/// Prints a line for people.
pub(super) fn note(line: &str) {
    // Where standard error is closed, nobody can be told.
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

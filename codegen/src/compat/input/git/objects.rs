//! Asks the `git` program: a command and its answer, and one process that
//! hands out objects by their id.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::compat::input::error::InputError;

/// The output of a git command. Fails with what git says.
pub(super) fn run(arguments: &[&str]) -> Result<Vec<u8>, InputError> {
    // What git says is shown, so it has to speak the language of our messages.
    let mut git = Command::new("git");
    let output = git.args(arguments).env("LC_ALL", "C").stdin(Stdio::null()).output();
    let output = output.map_err(|error| not_started(&error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or("no reason given").trim_start_matches("fatal: ");
    Err(InputError::new(format!("git: {said}")))
}

fn not_started(error: &std::io::Error) -> InputError {
    InputError::new(format!("cannot run `git`: {error}")).hint("install git")
}

/// A running `git cat-file --batch`.
#[derive(Debug)]
pub(super) struct Objects {
    process: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    pub(super) fn open() -> Result<Self, InputError> {
        let mut process = Command::new("git")
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| not_started(&error))?;
        match (process.stdin.take(), process.stdout.take()) {
            (questions, Some(answers)) => {
                Ok(Self { process, questions, answers: BufReader::new(answers) })
            }
            _ => Err(InputError::new("cannot talk to `git cat-file`")),
        }
    }

    /// The bytes of an object; `what` names it in errors.
    pub(super) fn read(&mut self, id: &str, what: &str) -> Result<Vec<u8>, InputError> {
        self.ask(id).map_err(|error| {
            InputError::unreadable(what, format!("git does not hand it out: {error}"))
        })
    }

    fn ask(&mut self, id: &str) -> std::io::Result<Vec<u8>> {
        let closed = || std::io::Error::other("it has ended");
        let questions = self.questions.as_mut().ok_or_else(closed)?;
        questions.write_all(format!("{id}\n").as_bytes())?;
        questions.flush()?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        // `ID blob SIZE`, or `ID missing`.
        let size = line.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
        let size = size.ok_or_else(|| std::io::Error::other(line.trim_end().to_owned()))?;
        let mut bytes = Vec::new();
        let read = (&mut self.answers).take(size).read_to_end(&mut bytes)?;
        let mut end_of_line = [0];
        self.answers.read_exact(&mut end_of_line)?;
        if u64::try_from(read).is_ok_and(|read| read == size) { Ok(bytes) } else { Err(closed()) }
    }
}

impl Drop for Objects {
    /// The process ends once nothing can be asked any more.
    fn drop(&mut self) {
        drop(self.questions.take());
        // Its end is all that matters; how it ends does not.
        let _ = self.process.wait();
    }
}

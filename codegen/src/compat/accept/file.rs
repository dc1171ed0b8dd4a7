//! The file of accepted breaks: TOML that a person reads in review and
//! `--accept` writes.

use std::fmt::Write as _;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Date, DateError};

/// The accepted breaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AcceptFile {
    /// How the file is shown to people; empty where there is none.
    pub path: String,
    /// The entries, in the order they stand.
    pub entries: Vec<Entry>,
}

/// One accepted break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The rule.
    pub rule: String,
    /// The element, by its full name.
    pub element: String,
    /// What was found, for readers; only the fingerprint counts.
    pub message: String,
    /// What the break is recognised by; see
    /// [`fingerprint`](super::fingerprint()).
    pub fingerprint: String,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is.
    pub expires: Option<Date>,
}

/// What is wrong with an accept file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{line}: {message}")]
pub struct AcceptFileError {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// What stands at the head of a file that is written.
const HEAD: &str = "\
# Breaks of the contract that were accepted, each with its reason.
# Written by `agentgen check-compat --accept`, which keeps no comments.
";

type Wrong = (usize, String);

impl AcceptFile {
    /// Reads a file; `path` is what it is called in messages.
    pub fn parse(text: &str, path: &str) -> Result<Self, AcceptFileError> {
        let entries = parse(text).map_err(|(offset, message)| {
            let before = text.get(..offset).unwrap_or(text);
            let line = before.matches('\n').count() + 1;
            AcceptFileError { path: path.to_owned(), line, message }
        })?;
        Ok(Self { path: path.to_owned(), entries })
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        let mut text = HEAD.to_owned();
        for entry in &self.entries {
            text.push_str("\n[[accept]]\n");
            for (key, value) in [
                ("rule", &entry.rule),
                ("element", &entry.element),
                ("message", &entry.message),
                ("fingerprint", &entry.fingerprint),
                ("reason", &entry.reason),
            ] {
                let _ = writeln!(text, "{key} = {}", quoted(value));
            }
            if let Some(expires) = entry.expires {
                let _ = writeln!(text, "expires = {expires}");
            }
        }
        text
    }

    /// Adds an entry, in place of one with the same fingerprint.
    pub fn accept(&mut self, entry: Entry) {
        self.entries.retain(|known| known.fingerprint != entry.fingerprint);
        self.entries.push(entry);
    }
}

/// A basic string of TOML: what JSON escapes, and DEL.
fn quoted(value: &str) -> String {
    serde_json::Value::from(value).to_string().replace('\u{7f}', "\\u007f")
}

fn parse(text: &str) -> Result<Vec<Entry>, Wrong> {
    let root = DeTable::parse(text)
        .map_err(|error| (error.span().map_or(0, |span| span.start), error.message().to_owned()))?;
    let mut entries = Vec::new();
    for (key, value) in root.get_ref() {
        if key.get_ref() != "accept" {
            return Err(unknown(key.span().start, key.get_ref(), "[[accept]]"));
        }
        let tables = value.get_ref().as_array().ok_or_else(|| {
            (value.span().start, "write each entry under `[[accept]]`".to_owned())
        })?;
        for table in tables {
            entries.push(entry(table)?);
        }
    }
    Ok(entries)
}

fn unknown(at: usize, key: &str, known: &str) -> Wrong {
    (at, format!("unknown key `{key}`; known is {known}"))
}

/// The keys of an entry, in the order they are written.
const KEYS: [&str; 6] = ["rule", "element", "message", "fingerprint", "reason", "expires"];

fn entry(value: &Spanned<DeValue<'_>>) -> Result<Entry, Wrong> {
    let at = value.span().start;
    let table = value
        .get_ref()
        .as_table()
        .ok_or_else(|| (at, "write each entry under `[[accept]]`".to_owned()))?;
    for key in table.keys() {
        if !KEYS.contains(&&**key.get_ref()) {
            return Err(unknown(key.span().start, key.get_ref(), &KEYS.join(", ")));
        }
    }
    let text = |key: &str| match table.get(key) {
        None => Ok(String::new()),
        Some(value) => match value.get_ref().as_str() {
            Some(text) => Ok(text.trim().to_owned()),
            None => Err((value.span().start, format!("`{key}` is no text"))),
        },
    };
    let needed = |key: &str| match text(key)? {
        text if text.is_empty() => Err((at, format!("the entry has no `{key}`"))),
        text => Ok(text),
    };
    Ok(Entry {
        rule: needed("rule")?,
        element: text("element")?,
        message: text("message")?,
        fingerprint: needed("fingerprint")?,
        reason: needed("reason")?,
        expires: table.get("expires").map(date).transpose()?,
    })
}

fn date(value: &Spanned<DeValue<'_>>) -> Result<Date, Wrong> {
    let text = match value.get_ref() {
        DeValue::Datetime(date) => date.to_string(),
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    text.parse().map_err(|error: DateError| (value.span().start, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(fingerprint: &str) -> Entry {
        Entry {
            rule: "field-removed".to_owned(),
            element: "acme.v1.Task.title".to_owned(),
            message: "field 2 `title` was removed".to_owned(),
            fingerprint: fingerprint.to_owned(),
            reason: "says \"never\" set\n\u{7f}".to_owned(),
            expires: Date::new(2027, 1, 31),
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let forever = Entry { expires: None, ..sample("02") };
        let file = AcceptFile { path: "a.toml".to_owned(), entries: vec![sample("01"), forever] };
        let text = file.to_text();
        let read = AcceptFile::parse(&text, "a.toml").expect("it was written by us");
        // Space at the ends of a reason means nothing.
        assert_eq!(read, file, "{text}");
        assert!(text.contains("expires = 2027-01-31\n"), "{text}");
    }

    #[test]
    fn a_later_acceptance_replaces_the_earlier_one() {
        let mut file =
            AcceptFile { path: String::new(), entries: vec![sample("01"), sample("02")] };
        let renewed = Entry { expires: Date::new(2028, 1, 31), ..sample("01") };
        file.accept(renewed.clone());
        assert_eq!(file.entries, [sample("02"), renewed]);
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let complete = "[[accept]]\nrule = \"r\"\nfingerprint = \"f\"\nreason = \"x\"\n";
        let cases = [
            ("[[accept]\n", "accept.toml:1: "),
            ("\n[other]\n", "accept.toml:2: unknown key `other`; known is [[accept]]"),
            ("accept = 1\n", "accept.toml:1: write each entry under `[[accept]]`"),
            ("[[accept]]\nrule = \"r\"\n", "accept.toml:1: the entry has no `fingerprint`"),
            (&complete.replace('x', " "), "accept.toml:1: the entry has no `reason`"),
            (&complete.replace("\"x\"", "7"), "accept.toml:4: `reason` is no text"),
            (&format!("{complete}expires = \"soon\"\n"), "accept.toml:5: `soon` is no date; "),
            (&format!("{complete}expires = 2027-01-31T00:00:00\n"), "accept.toml:5: `2027-01-31T"),
            (&format!("{complete}expiry = 2027-01-31\n"), "accept.toml:5: unknown key `expiry`; "),
        ];
        for (text, expected) in cases {
            let error = AcceptFile::parse(text, "accept.toml").expect_err(text).to_string();
            assert!(error.starts_with(expected), "{error}\n{text}");
        }
    }
}

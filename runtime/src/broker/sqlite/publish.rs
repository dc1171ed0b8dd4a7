//! Publishing.

use rusqlite::{OptionalExtension as _, params};

use super::store::{Sqlite, millis, unavailable};
use crate::Metadata;
use crate::broker::{Error, ErrorKind, Publish, Published};

/// The largest body, in bytes; `SQLite` takes a little more.
const MAX_BODY: usize = 900_000_000;

/// Refuses what no file takes, before anything is written.
pub(super) fn check_size(publish: &Publish) -> Result<(), Error> {
    if publish.body.len() > MAX_BODY {
        return Err(Error::refused(format!("a message has at most {MAX_BODY} bytes")));
    }
    Ok(())
}

impl Sqlite {
    pub(super) fn add(&mut self, publish: &Publish) -> Result<Published, Error> {
        if self.is_duplicate(publish).map_err(unavailable)? {
            return Ok(Published { duplicate: true });
        }
        let headers = write_headers(&publish.headers);
        if !self.targets.contains_key(&publish.subject) {
            let targets = self.read_targets(&publish.subject).map_err(unavailable)?;
            self.targets.insert(publish.subject.clone(), targets);
        }
        for queue in self.targets.get(&publish.subject).into_iter().flatten() {
            self.insert(*queue, publish, &headers).map_err(unavailable)?;
        }
        self.changed = true;
        Ok(Published { duplicate: false })
    }

    fn is_duplicate(&self, publish: &Publish) -> rusqlite::Result<bool> {
        let Some(key) = &publish.dedupe_key else { return Ok(false) };
        let mut seen = self.connection.prepare_cached(
            "INSERT INTO dedupe (subject, key, expires_at) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET expires_at = ?3 WHERE expires_at <= ?4",
        )?;
        let end = self.now.saturating_add(self.dedupe_window);
        Ok(seen.execute(params![publish.subject, key, end, self.now])? == 0)
    }

    fn insert(&self, queue: i64, publish: &Publish, headers: &str) -> rusqlite::Result<()> {
        let blocked = match &publish.ordering_key {
            None => false,
            Some(key) => self
                .connection
                .prepare_cached(
                    "SELECT 1 FROM message WHERE queue = ? AND ordering_key = ? LIMIT 1",
                )?
                .query_row(params![queue, key], |_| Ok(()))
                .optional()?
                .is_some(),
        };
        let visible_at = self.now.saturating_add(millis(publish.delay));
        let expires_at = publish.expires_in.map(|time| self.now.saturating_add(millis(time)));
        self.connection
            .prepare_cached(
                "INSERT INTO message (queue, ordering_key, blocked, visible_at, expires_at)
                 VALUES (?, ?, ?, ?, ?)",
            )?
            .execute(params![queue, publish.ordering_key, blocked, visible_at, expires_at])?;
        let id = self.connection.last_insert_rowid();
        self.connection
            .prepare_cached("INSERT INTO content (message, headers, body) VALUES (?, ?, ?)")?
            .execute(params![id, headers, &publish.body[..]])?;
        Ok(())
    }
}

/// Headers as a JSON array of pairs: their order and repetitions are kept.
fn write_headers(headers: &Metadata) -> String {
    let pairs: Vec<_> = headers.iter().collect();
    // Strings always have a JSON form.
    serde_json::to_string(&pairs).unwrap_or_default()
}

/// Reads what [`write_headers`] wrote.
pub(super) fn read_headers(text: &str) -> Result<Metadata, Error> {
    let pairs: Vec<(String, String)> = serde_json::from_str(text).map_err(|error| {
        Error::new(ErrorKind::Incompatible, "stored headers are damaged").with_source(error)
    })?;
    let mut headers = Metadata::new();
    for (name, value) in &pairs {
        headers.insert(name, value);
    }
    Ok(headers)
}

//! Publishing.

use rusqlite::{OptionalExtension as _, params};

use super::store::{Sqlite, millis, unavailable};
use crate::broker::{Error, Publish, Published, headers};

/// The largest body, in bytes; `SQLite` takes a little more.
const MAX_BODY: usize = 900_000_000;

/// The most bytes of headers and body that stand beside the state of their message.
const SMALL: usize = 2048;

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
        let headers = headers::write(&publish.headers);
        if !self.targets.contains_key(&publish.subject) {
            let targets = self.read_targets(&publish.subject).map_err(unavailable)?;
            self.targets.insert(publish.subject.clone(), targets);
        }
        for queue in self.targets.get(&publish.subject).into_iter().flatten() {
            self.insert(*queue, publish, &headers).map_err(unavailable)?;
            self.ready.insert(*queue);
        }
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
        let content = (headers, &publish.body[..]);
        let small = (headers.len() + publish.body.len() <= SMALL).then_some(content);
        let (small_headers, small_body) = small.unzip();
        self.connection
            .prepare_cached(
                "INSERT INTO message
                     (queue, ordering_key, blocked, visible_at, expires_at, headers, body)
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                queue,
                publish.ordering_key,
                blocked,
                visible_at,
                expires_at,
                small_headers,
                small_body
            ])?;
        if small.is_none() {
            let id = self.connection.last_insert_rowid();
            self.connection
                .prepare_cached("INSERT INTO content (message, headers, body) VALUES (?, ?, ?)")?
                .execute(params![id, headers, &publish.body[..]])?;
        }
        Ok(())
    }
}

//! Publishing.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{OptionalExtension as _, ToSql, params};

use super::store::{Sqlite, millis, unavailable};
use crate::broker::{Error, Publish, Published};

/// The largest body, in bytes; `SQLite` takes a little more.
const MAX_BODY: usize = 900_000_000;

/// The most bytes of headers and body that stand beside the state of their message.
const SMALL: usize = 2048;

/// Of how many subjects the groups are kept in memory.
const MOST_TARGETS: usize = 1000;

/// Bytes that are written as text.
#[derive(Clone, Copy)]
struct Text<'a>(&'a [u8]);

impl ToSql for Text<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.0)))
    }
}

/// Refuses what no file takes, before anything is written.
pub(super) fn check_size(publish: &Publish) -> Result<(), Error> {
    if publish.body.len() > MAX_BODY {
        return Err(Error::refused(format!("a message has at most {MAX_BODY} bytes")));
    }
    Ok(())
}

impl Sqlite {
    pub(super) fn add(&mut self, publish: &Publish, headers: &[u8]) -> Result<Published, Error> {
        if self.is_duplicate(publish).map_err(unavailable)? {
            return Ok(Published { duplicate: true });
        }
        if !self.targets.contains_key(&publish.subject) {
            if self.targets.len() > MOST_TARGETS {
                self.targets.clear();
            }
            let targets = self.read_targets(&publish.subject).map_err(unavailable)?;
            self.targets.insert(publish.subject.clone(), targets);
        }
        let targets = self.targets.get(&publish.subject).cloned().unwrap_or_default();
        for queue in targets {
            self.insert(queue, publish, headers).map_err(unavailable)?;
            self.ready.insert(queue);
        }
        Ok(Published { duplicate: false })
    }

    fn is_duplicate(&mut self, publish: &Publish) -> rusqlite::Result<bool> {
        let Some(key) = &publish.dedupe_key else { return Ok(false) };
        let mut seen = self.connection.prepare_cached(
            "INSERT OR FAIL INTO dedupe (subject, key, expires_at) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET expires_at = ?3 WHERE expires_at <= ?4",
        )?;
        let end = self.now.saturating_add(self.dedupe_window);
        let written = || vec![publish.subject.clone().into(), key.clone().into()];
        self.sweep.wrote("dedupe", written);
        Ok(seen.execute(params![publish.subject, key, end, self.now])? == 0)
    }

    fn insert(&mut self, queue: i64, publish: &Publish, headers: &[u8]) -> rusqlite::Result<()> {
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
        let headers = Text(headers);
        let content = (headers, &publish.body[..]);
        let is_small = headers.0.len() + publish.body.len() <= SMALL;
        let small = is_small.then_some(content);
        let (small_headers, small_body) = small.unzip();
        let id = self.numbers.next(&self.connection)?;
        self.connection
            .prepare_cached(
                "INSERT INTO message
                     (id, queue, ordering_key, blocked, visible_at, expires_at, headers, body)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                id,
                queue,
                publish.ordering_key,
                blocked,
                visible_at,
                expires_at,
                small_headers,
                small_body
            ])?;
        if small.is_none() {
            self.connection
                .prepare_cached("INSERT INTO content (message, headers, body) VALUES (?, ?, ?)")?
                .execute(params![id, headers, &publish.body[..]])?;
        }
        Ok(())
    }
}

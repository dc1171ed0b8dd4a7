//! Groups, and what can be asked about the messages in them.

use bytes::Bytes;
use rusqlite::{OptionalExtension as _, params};

use super::claim::read_headers;
use super::store::{Sqlite, millis, unavailable};
use crate::Metadata;
use crate::broker::embedded::GROUP_LIFE;
use crate::broker::message::is_reply;
use crate::broker::{Depth, Error, Stored, Subscription};

impl Sqlite {
    /// The queues of a subject's groups; without any, that of its backlog.
    pub(super) fn read_targets(&self, subject: &str) -> rusqlite::Result<Vec<i64>> {
        let mut groups = self
            .connection
            .prepare_cached("SELECT id FROM queue WHERE subject = ? AND name <> '' ORDER BY id")?;
        let groups: Vec<i64> =
            groups.query_map(params![subject], |row| row.get(0))?.collect::<Result<_, _>>()?;
        if !groups.is_empty() || is_reply(subject) {
            return Ok(groups);
        }
        self.find_or_make(subject, "").map(|id| vec![id])
    }

    fn find(&self, subject: &str, name: &str) -> rusqlite::Result<Option<i64>> {
        self.connection
            .prepare_cached("SELECT id FROM queue WHERE subject = ? AND name = ?")?
            .query_row(params![subject, name], |row| row.get(0))
            .optional()
    }

    fn find_or_make(&self, subject: &str, name: &str) -> rusqlite::Result<i64> {
        if let Some(id) = self.find(subject, name)? {
            return Ok(id);
        }
        self.connection
            .prepare_cached("INSERT INTO queue (subject, name) VALUES (?, ?)")?
            .execute(params![subject, name])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Finds or makes a group; the first one of a subject takes its backlog,
    /// by taking its name.
    pub(super) fn enter(&mut self, subscription: &Subscription) -> rusqlite::Result<i64> {
        let (subject, group) = (&*subscription.subject, &*subscription.group);
        if self.find(subject, group)?.is_none() {
            self.connection
                .prepare_cached("UPDATE queue SET name = ?2 WHERE subject = ?1 AND name = ''")?
                .execute(params![subject, group])?;
        }
        let id = self.find_or_make(subject, group)?;
        let life = subscription.ephemeral.then(|| self.now + millis(GROUP_LIFE));
        self.connection
            .prepare_cached("UPDATE queue SET expires_at = ? WHERE id = ?")?
            .execute(params![life, id])?;
        self.ready.insert(id);
        self.targets.clear();
        Ok(id)
    }

    pub(super) fn remove_queue(&mut self, queue: i64) -> rusqlite::Result<()> {
        self.targets.clear();
        self.numbers.removing(&self.connection)?;
        for sql in [
            "DELETE FROM content WHERE message IN (SELECT id FROM message WHERE queue = ?)",
            "DELETE FROM message WHERE queue = ?",
            "DELETE FROM inbox WHERE queue = ?",
            "DELETE FROM queue WHERE id = ?",
        ] {
            self.connection.prepare_cached(sql)?.execute(params![queue])?;
        }
        Ok(())
    }

    pub(super) fn count(&self, subject: &str) -> rusqlite::Result<Depth> {
        let sql = "SELECT
                coalesce(sum(blocked = 1 OR visible_at <= ?2), 0),
                coalesce(sum(blocked = 0 AND visible_at > ?2 AND leased = 0), 0),
                coalesce(sum(blocked = 0 AND visible_at > ?2 AND leased = 1), 0)
             FROM message JOIN queue ON queue.id = message.queue WHERE subject = ?1";
        self.connection.prepare_cached(sql)?.query_row(params![subject, self.now], |row| {
            let count = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
            Ok(Depth { ready: count(0)?, delayed: count(1)?, leased: count(2)? })
        })
    }

    pub(super) fn list(
        &self,
        subject: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Stored>, Error> {
        type Row = (i64, String, u32, Metadata, Vec<u8>);
        let sql = "SELECT message.id, queue.name, starts,
                 coalesce(message.headers, content.headers), coalesce(message.body, content.body)
             FROM message
             JOIN queue ON queue.id = message.queue
             LEFT JOIN content ON content.message = message.id
             WHERE subject = ? AND message.id > ? ORDER BY message.id LIMIT ?";
        let bound = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let params = params![subject, bound(after), bound(limit as u64)];
        let mut statement = self.connection.prepare_cached(sql).map_err(unavailable)?;
        let headers = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Metadata> {
            let text = row.get_ref(3)?.as_bytes().unwrap_or_default();
            Ok(read_headers(&Bytes::copy_from_slice(text)))
        };
        let body =
            |row: &rusqlite::Row<'_>| row.get::<_, Option<_>>(4).map(Option::unwrap_or_default);
        let rows = statement.query_map(params, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, headers(row)?, body(row)?))
        });
        let rows: Vec<Row> = rows.and_then(Iterator::collect).map_err(unavailable)?;
        let stored = rows.into_iter().map(|(position, group, starts, headers, body)| {
            let position = position.unsigned_abs();
            Stored { position, group, headers, body: body.into(), starts }
        });
        Ok(stored.collect())
    }
}

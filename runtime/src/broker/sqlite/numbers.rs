//! The numbers of messages: each higher than any before, whoever gave it, and none given
//! twice. The highest stands in the file by itself only where its message is gone: written
//! down with every message, it would be a page more for each.

use rusqlite::{Connection, params};

/// What is known of the numbers.
#[derive(Default)]
pub(super) struct Numbers {
    /// The highest that was ever given, once it was looked up.
    last: Option<i64>,
    /// Whether messages were removed in the transaction under way.
    removed: bool,
}

impl Numbers {
    /// That of a new message.
    pub(super) fn next(&mut self, connection: &Connection) -> rusqlite::Result<i64> {
        let next = self.last(connection)? + 1;
        self.last = Some(next);
        Ok(next)
    }

    /// Messages are about to be removed.
    pub(super) fn removing(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.last(connection)?;
        self.removed = true;
        Ok(())
    }

    fn last(&mut self, connection: &Connection) -> rusqlite::Result<i64> {
        if let Some(last) = self.last {
            return Ok(last);
        }
        // A file of an older version counts by itself as well, and may be in use by a process
        // that knows nothing else.
        let sql = "SELECT max(last_message, (SELECT coalesce(max(id), 0) FROM message),
             coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'message'), 0)) FROM clock";
        let last = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        self.last = Some(last);
        Ok(last)
    }

    /// Ends the transaction: what no message says any more is written down.
    pub(super) fn end(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if std::mem::take(&mut self.removed)
            && let Some(last) = self.last
        {
            let sql = "UPDATE clock SET last_message = ?1 WHERE last_message < ?1
                 AND NOT EXISTS (SELECT 1 FROM message WHERE id >= ?1)";
            connection.prepare_cached(sql)?.execute(params![last])?;
        }
        Ok(())
    }
}

//! Dropping messages and groups that have expired.

use rusqlite::params;

use super::store::Sqlite;

/// How often they are looked for, in milliseconds: soon again while there were more than
/// go in one transaction.
const PURGE_EVERY: i64 = 1000;
const PURGE_ON: i64 = 1;

/// The most rows of a kind that go in one transaction, which others wait for.
const MOST: i64 = 1000;

impl Sqlite {
    pub(super) fn purge(&mut self) -> rusqlite::Result<()> {
        self.sweep.go_on(&self.connection, self.now)?;
        if self.now < self.purge_at {
            return Ok(());
        }
        for queue in self.expired("SELECT id FROM queue WHERE expires_at <= ? LIMIT ?")? {
            self.remove_queue(queue)?;
        }
        let messages = "SELECT id FROM message WHERE expires_at <= ?1
             AND (leased = 0 OR visible_at <= ?1) LIMIT ?2";
        let messages = self.expired(messages)?;
        for message in &messages {
            self.remove(*message)?;
        }
        let all = i64::try_from(messages.len()).is_ok_and(|gone| gone < MOST);
        self.purge_at = self.now + if all { PURGE_EVERY } else { PURGE_ON };
        Ok(())
    }

    /// Removes what has expired and nobody holds at the head of a queue, and lets its
    /// successors through; returns whether there was any.
    pub(super) fn drop_expired(&mut self, queue: i64) -> rusqlite::Result<bool> {
        let sql = "SELECT id FROM message WHERE queue = ?1 AND blocked = 0
             AND visible_at <= ?2 AND expires_at <= ?2 LIMIT ?3";
        let expired: Vec<i64> = {
            let mut statement = self.connection.prepare_cached(sql)?;
            let found = statement.query_map(params![queue, self.now, MOST], |row| row.get(0))?;
            found.collect::<Result<_, _>>()?
        };
        for message in &expired {
            self.remove(*message)?;
        }
        Ok(!expired.is_empty())
    }

    fn expired(&self, sql: &str) -> rusqlite::Result<Vec<i64>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.query_map(params![self.now, MOST], |row| row.get(0))?.collect()
    }
}

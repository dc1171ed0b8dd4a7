//! Removing rows that have expired, without an index by their time: with what is written,
//! some of the rows are looked at, one after the other in the order of their keys, and
//! from the beginning again.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, params_from_iter};

/// After how many written rows the next part is looked at, and after which time, in
/// milliseconds; soon again where much of it had expired.
const STEP: usize = 512;
const EVERY: i64 = 1000;
const SOON: i64 = 1;

/// The fewest rows that are looked at.
const LEAST: usize = 1000;

/// A table whose rows expire, at the time in `expires_at`.
pub(super) struct Expiring {
    pub(super) table: &'static str,
    /// The columns of its key.
    pub(super) key: &'static str,
    /// A value of each that is less than any other.
    pub(super) least: &'static [Least],
}

/// What is less than any key.
#[derive(Clone, Copy)]
pub(super) enum Least {
    Text,
    Number,
}

impl From<Least> for Value {
    fn from(least: Least) -> Self {
        match least {
            Least::Text => Self::Text(String::new()),
            Least::Number => Self::Integer(i64::MIN),
        }
    }
}

/// The way through the tables of a file.
pub(super) struct Sweep {
    tables: Vec<Table>,
}

/// How far a table was looked at.
struct Table {
    name: &'static str,
    start: Vec<Value>,
    /// None, until a key was written here: each process begins at another.
    reached: Option<Vec<Value>>,
    find: String,
    remove: String,
    /// How many rows were written since the last part, and when the next is due at the
    /// latest.
    written: usize,
    at: i64,
}

impl Table {
    fn new(of: &Expiring) -> Self {
        let Expiring { table, key, least } = of;
        let marks = vec!["?"; least.len()].join(", ");
        let after = format!("FROM {table} WHERE ({key}) > ({marks}) ORDER BY {key}");
        Self {
            name: table,
            written: 0,
            at: 0,
            start: least.iter().map(|least| (*least).into()).collect(),
            reached: None,
            find: format!("SELECT {key} {after} LIMIT 1 OFFSET ?"),
            // By their number and not up to a key: for that, each would be read whole.
            remove: format!(
                "DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM
                     (SELECT {key}, expires_at {after} LIMIT ?) WHERE expires_at <= ?)"
            ),
        }
    }

    /// Removes what has expired of the next `most` rows, from the beginning again where
    /// there are not so many; returns how many that were.
    fn sweep(&mut self, connection: &Connection, now: i64, most: i64) -> rusqlite::Result<usize> {
        let from = self.reached.take().unwrap_or_else(|| self.start.clone());
        let (mut gone, mut end) = self.part(connection, now, most, &from)?;
        if end.is_none() && from != self.start {
            let (more, next) = self.part(connection, now, most, &self.start)?;
            (gone, end) = (gone + more, next);
        }
        self.reached = Some(end.unwrap_or_else(|| self.start.clone()));
        Ok(gone)
    }

    /// One part: how many are gone, and the key that it ends with, where there are more.
    fn part(
        &self,
        connection: &Connection,
        now: i64,
        most: i64,
        from: &[Value],
    ) -> rusqlite::Result<(usize, Option<Vec<Value>>)> {
        let from_and = |numbers: &[i64]| {
            let mut values = from.to_vec();
            values.extend(numbers.iter().copied().map(Value::from));
            params_from_iter(values)
        };
        let end = connection
            .prepare_cached(&self.find)?
            .query_row(from_and(&[most - 1]), |row| {
                (0..from.len()).map(|column| row.get(column)).collect()
            })
            .optional()?;
        Ok((connection.prepare_cached(&self.remove)?.execute(from_and(&[most, now]))?, end))
    }
}

impl Sweep {
    pub(super) fn new(tables: &[Expiring]) -> Self {
        Self { tables: tables.iter().map(Table::new).collect() }
    }

    /// A row was written that expires.
    pub(super) fn wrote(&mut self, table: &str, key: impl FnOnce() -> Vec<Value>) {
        if let Some(table) = self.tables.iter_mut().find(|known| known.name == table) {
            table.written += 1;
            table.reached.get_or_insert_with(key);
        }
    }

    /// Goes on, where it is time to: over more rows than were written meanwhile.
    pub(super) fn go_on(&mut self, connection: &Connection, now: i64) -> rusqlite::Result<()> {
        for table in &mut self.tables {
            if table.written < STEP && now < table.at {
                continue;
            }
            let most = LEAST.max(table.written * 2);
            let rows = i64::try_from(most).unwrap_or(i64::MAX);
            let gone = table.sweep(connection, now, rows)?;
            table.written = 0;
            table.at = now + if gone * 2 < most { EVERY } else { SOON };
        }
        Ok(())
    }
}

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
    /// How many rows were written since the last part.
    written: usize,
    at: i64,
}

/// How far a table was looked at.
struct Table {
    start: Vec<Value>,
    reached: Vec<Value>,
    find: String,
    remove: String,
    remove_rest: String,
}

impl Table {
    fn new(of: &Expiring) -> Self {
        let Expiring { table, key, least } = of;
        let marks = |first: usize| -> String {
            let marks: Vec<_> = (first..first + least.len()).map(|at| format!("?{at}")).collect();
            marks.join(", ")
        };
        let after = format!("({key}) > ({})", marks(2));
        let until = format!("({key}) <= ({})", marks(2 + least.len()));
        let start: Vec<Value> = least.iter().map(|least| (*least).into()).collect();
        Self {
            reached: start.clone(),
            start,
            find: format!(
                "SELECT {key} FROM {table} WHERE {after} ORDER BY {key} LIMIT 1 OFFSET ?1"
            ),
            remove: format!("DELETE FROM {table} WHERE {after} AND {until} AND expires_at <= ?1"),
            remove_rest: format!("DELETE FROM {table} WHERE {after} AND expires_at <= ?1"),
        }
    }

    /// Removes what has expired of the next `most` rows; returns how many that were.
    fn sweep(&mut self, connection: &Connection, now: i64, most: i64) -> rusqlite::Result<usize> {
        let columns = self.start.len();
        let parameters =
            |first: i64| std::iter::once(Value::from(first)).chain(self.reached.clone());
        let mut find = connection.prepare_cached(&self.find)?;
        let end: Option<Vec<Value>> = find
            .query_row(params_from_iter(parameters(most - 1)), |row| {
                (0..columns).map(|column| row.get(column)).collect()
            })
            .optional()?;
        let sql = if end.is_some() { &self.remove } else { &self.remove_rest };
        let parameters = parameters(now).chain(end.iter().flatten().cloned());
        let gone = connection.prepare_cached(sql)?.execute(params_from_iter(parameters))?;
        self.reached = end.unwrap_or_else(|| self.start.clone());
        Ok(gone)
    }
}

impl Sweep {
    pub(super) fn new(tables: &[Expiring]) -> Self {
        Self { tables: tables.iter().map(Table::new).collect(), written: 0, at: 0 }
    }

    /// A row was written that expires.
    pub(super) fn wrote(&mut self) {
        self.written += 1;
    }

    /// Goes on, where it is time to: over more rows than were written meanwhile.
    pub(super) fn go_on(&mut self, connection: &Connection, now: i64) -> rusqlite::Result<()> {
        if self.written < STEP && now < self.at {
            return Ok(());
        }
        let most = LEAST.max(self.written * 2);
        let mut gone = 0;
        for table in &mut self.tables {
            gone =
                gone.max(table.sweep(connection, now, i64::try_from(most).unwrap_or(i64::MAX))?);
        }
        self.written = 0;
        self.at = now + if gone * 2 < most { EVERY } else { SOON };
        Ok(())
    }
}

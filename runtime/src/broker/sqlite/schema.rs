//! The tables of the file, and the check that a file is one of ours.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::Config;
use crate::broker::{Error, ErrorKind};

/// `PRAGMA application_id` of a broker file: "agnt".
const APPLICATION: i32 = i32::from_be_bytes(*b"agnt");

/// `PRAGMA user_version`: raised with every change of the tables.
const VERSION: i32 = 1;

/// How long a transaction waits for another process.
const BUSY: Duration = Duration::from_secs(15);

/// Times are milliseconds of the file's clock. A message's content is apart
/// from its state, so that a lease does not rewrite it.
const TABLES: &str = "
CREATE TABLE clock (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    now INTEGER NOT NULL
) STRICT;
INSERT INTO clock VALUES (1, 0);

-- One row for each group; the empty name is the backlog of a subject without groups.
CREATE TABLE queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    expires_at INTEGER,
    UNIQUE (subject, name)
) STRICT;

CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queue INTEGER NOT NULL,
    ordering_key TEXT,
    blocked INTEGER NOT NULL,       -- waits for an earlier message of its key
    visible_at INTEGER NOT NULL,    -- the end of a delay, or of the lease
    expires_at INTEGER,
    token INTEGER NOT NULL DEFAULT 0,
    leased INTEGER NOT NULL DEFAULT 0,
    running INTEGER NOT NULL DEFAULT 0,
    inbox_key TEXT,                 -- of the attempt that is running
    starts INTEGER NOT NULL DEFAULT 0,
    crashes INTEGER NOT NULL DEFAULT 0,
    failures TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX message_ready ON message (queue, visible_at, id) WHERE blocked = 0;
CREATE INDEX message_key ON message (queue, ordering_key, id) WHERE ordering_key IS NOT NULL;
CREATE INDEX message_running ON message (queue, inbox_key) WHERE inbox_key IS NOT NULL;
CREATE INDEX message_expiry ON message (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE content (
    message INTEGER PRIMARY KEY,
    headers TEXT NOT NULL,          -- a JSON array of [name, value]
    body BLOB NOT NULL
) STRICT;

CREATE TABLE dedupe (
    subject TEXT NOT NULL,
    key TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (subject, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX dedupe_expiry ON dedupe (expires_at);

CREATE TABLE inbox (
    queue INTEGER NOT NULL,
    key TEXT NOT NULL,
    result BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (queue, key)
) STRICT;
CREATE INDEX inbox_expiry ON inbox (expires_at);
";

/// Opens a file and makes what is missing: its folder, itself, its tables.
pub(super) fn open(config: &Config) -> Result<Connection, Error> {
    let unavailable = |what: &Path| {
        Error::new(ErrorKind::Unavailable, format!("`{}` cannot be opened", what.display()))
    };
    if let Some(folder) = config.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| unavailable(folder).with_source(error))?;
    }
    let opened = connect(config).map_err(|error| unavailable(&config.path).with_source(error));
    let mut connection = opened?;
    prepare(&mut connection, config)?;
    Ok(connection)
}

fn connect(config: &Config) -> rusqlite::Result<Connection> {
    let connection = Connection::open(&config.path)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(64);
    // Read before anything is written: a file of another kind stays as it was.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

fn prepare(connection: &mut Connection, config: &Config) -> Result<(), Error> {
    check(connection, config)?;
    let synchronous = if config.full_sync { "FULL" } else { "NORMAL" };
    let made = connection
        .pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
        .and_then(|()| connection.pragma_update(None, "synchronous", synchronous))
        .and_then(|()| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let version: i32 =
                transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
            if version == 0 {
                transaction.execute_batch(TABLES)?;
                transaction.pragma_update(None, "application_id", APPLICATION)?;
                transaction.pragma_update(None, "user_version", VERSION)?;
            }
            transaction.commit()
        });
    made.map_err(super::store::unavailable)
}

/// Refuses a file that is not ours, or of another version.
fn check(connection: &Connection, config: &Config) -> Result<(), Error> {
    let read = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    let tables = "SELECT count(*) FROM sqlite_schema";
    let tables = connection.query_row(tables, [], |row| row.get::<_, i64>(0));
    let (tables, application, version) = tables
        .and_then(|tables| Ok((tables, read("application_id")?, read("user_version")?)))
        .map_err(super::store::unavailable)?;
    let path = config.path.display();
    let fault = if application != APPLICATION && tables > 0 {
        format!("`{path}` is a database, but no broker of agentgen")
    } else if version > VERSION {
        format!(
            "`{path}` has schema version {version}; this agentgen knows up to {VERSION}: \
             use the newer one that wrote it"
        )
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::Incompatible, fault))
}

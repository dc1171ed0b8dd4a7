//! The tables of the file, and the check that a file is one of ours.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior};

use super::Config;
use super::kind::CLOCK;
use crate::broker::{Error, ErrorKind};

/// How long a transaction waits for another process.
const BUSY: Duration = Duration::from_secs(15);

/// How much of the file is kept in memory, in KiB.
const CACHE: i64 = 8192;

/// How many pages of the log are written to the file at once: each that was written several
/// times meanwhile is written there once.
const CHECKPOINT: i64 = 4000;

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
    // Otherwise a statement is parsed and planned anew whenever a value that is compared
    // with an index changes, such as the time.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // Read before anything is written: a file of another kind stays as it was.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

/// Opens a file that is there already, to read alone.
#[cfg(any(feature = "kafka", feature = "nats", feature = "rabbitmq", feature = "redis"))]
pub(super) fn open_to_read(config: &Config) -> rusqlite::Result<Connection> {
    let connection = connect(config)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", -CACHE)?;
    Ok(connection)
}

fn prepare(connection: &mut Connection, config: &Config) -> Result<(), Error> {
    check(connection, config)?;
    let kind = config.kind;
    let synchronous = if config.full_sync { "FULL" } else { "NORMAL" };
    let made = connection
        .pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
        .and_then(|()| connection.pragma_update(None, "synchronous", synchronous))
        .and_then(|()| connection.pragma_update(None, "cache_size", -CACHE))
        .and_then(|()| connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT))
        .and_then(|()| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let version: i32 =
                transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
            if version == 0 {
                transaction.execute_batch(CLOCK)?;
                transaction.execute_batch(kind.tables)?;
                transaction.pragma_update(None, "application_id", kind.application)?;
            } else {
                let known = usize::try_from(version - 1).unwrap_or_default();
                for change in kind.changes.iter().skip(known) {
                    transaction.execute_batch(change)?;
                }
            }
            if version != kind.version {
                transaction.pragma_update(None, "user_version", kind.version)?;
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
    let (path, kind) = (config.path.display(), config.kind);
    let fault = if application != kind.application && tables > 0 {
        format!("`{path}` is a database, but no {} of agentgen", kind.name)
    } else if version > kind.version {
        format!(
            "`{path}` has schema version {version}; this agentgen knows up to {}: \
             use the newer one that wrote it",
            kind.version
        )
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::Incompatible, fault))
}

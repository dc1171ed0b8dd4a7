//! What a file of ours can be: a broker, or the ledger of one behind a network.

use std::time::Duration;

use super::sweep::{Expiring, Least};

/// A kind of file.
pub(super) struct Kind {
    /// `PRAGMA application_id`.
    pub(super) application: i32,
    /// `PRAGMA user_version`: raised with every change of the tables.
    pub(super) version: i32,
    /// What it is called in errors.
    pub(super) name: &'static str,
    pub(super) tables: &'static str,
    /// What makes the tables of each version out of those of the one before, from that
    /// of version 2 on.
    pub(super) changes: &'static [&'static str],
    /// The tables whose rows expire.
    pub(super) expiring: &'static [Expiring],
    /// How soon what another process wrote is to be noticed.
    pub(super) look: Duration,
}

pub(super) const BROKER: Kind = Kind {
    application: i32::from_be_bytes(*b"agnt"),
    version: 3,
    name: "broker",
    tables: BROKER_TABLES,
    changes: &[
        "ALTER TABLE message ADD COLUMN headers TEXT; ALTER TABLE message ADD COLUMN body BLOB;",
        // The table of messages goes on counting too: that is slow, not wrong.
        "ALTER TABLE clock ADD COLUMN last_message INTEGER NOT NULL DEFAULT 0;
         DROP INDEX dedupe_expiry;
         ALTER TABLE inbox RENAME TO indexed;
         CREATE TABLE inbox (
             queue INTEGER NOT NULL,
             key TEXT NOT NULL,
             expires_at INTEGER NOT NULL,
             result BLOB NOT NULL,
             PRIMARY KEY (queue, key)
         ) STRICT;
         INSERT INTO inbox SELECT queue, key, expires_at, result FROM indexed;
         DROP TABLE indexed;",
    ],
    expiring: &[
        Expiring { table: "dedupe", key: "subject, key", least: &[Least::Text, Least::Text] },
        Expiring { table: "inbox", key: "queue, key", least: &[Least::Number, Least::Text] },
    ],
    look: Duration::from_millis(10),
};

#[cfg(any(feature = "kafka", feature = "nats", feature = "rabbitmq", feature = "redis"))]
pub(super) const LEDGER: Kind = Kind {
    application: i32::from_be_bytes(*b"agnl"),
    version: 3,
    name: "ledger",
    tables: LEDGER_TABLES,
    changes: &[
        "ALTER TABLE entry RENAME TO numbered;
         CREATE TABLE entry (
             key TEXT PRIMARY KEY,
             revision INTEGER NOT NULL,
             value BLOB NOT NULL,
             expires_at INTEGER NOT NULL
         ) STRICT, WITHOUT ROWID;
         INSERT INTO entry SELECT key, revision, value, expires_at FROM numbered;
         DROP TABLE numbered;
         CREATE INDEX entry_expiry ON entry (expires_at);",
        "ALTER TABLE entry RENAME TO indexed;
         CREATE TABLE entry (
             key TEXT PRIMARY KEY,
             revision INTEGER NOT NULL,
             expires_at INTEGER NOT NULL,
             value BLOB NOT NULL
         ) STRICT, WITHOUT ROWID;
         INSERT INTO entry SELECT key, revision, expires_at, value FROM indexed;
         DROP TABLE indexed;",
    ],
    expiring: &[Expiring { table: "entry", key: "key", least: &[Least::Text] }],
    // Nobody waits for an entry.
    look: Duration::from_secs(3600),
};

/// The time of a file, in milliseconds.
pub(super) const CLOCK: &str = "
CREATE TABLE clock (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    now INTEGER NOT NULL
) STRICT;
INSERT INTO clock VALUES (1, 0);
";

/// Times are milliseconds of the file's clock. Large content is apart from the state of
/// its message, so that a lease does not rewrite it; small content is not, since a row
/// more costs more than that. What expires has no index by its time, which would be one
/// more to write with every message: see `sweep`. The time stands before what may be large,
/// and results, which may be, are not in the tree that is searched for their keys.
const BROKER_TABLES: &str = "
-- One row for each group; the empty name is the backlog of a subject without groups.
CREATE TABLE queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    expires_at INTEGER,
    UNIQUE (subject, name)
) STRICT;

-- The highest number that a message ever had, where there may be no such message any more.
ALTER TABLE clock ADD COLUMN last_message INTEGER NOT NULL DEFAULT 0;

CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    queue INTEGER NOT NULL,
    ordering_key TEXT,
    blocked INTEGER NOT NULL,       -- waits for an earlier message of its key
    visible_at INTEGER NOT NULL,    -- the end of a delay, or of the lease
    expires_at INTEGER,
    token INTEGER NOT NULL DEFAULT 0,
    leased INTEGER NOT NULL DEFAULT 0,
    running INTEGER NOT NULL DEFAULT 0, -- 2: its death counts for nothing
    inbox_key TEXT,                 -- of the attempt that is running
    starts INTEGER NOT NULL DEFAULT 0,
    crashes INTEGER NOT NULL DEFAULT 0,
    failures TEXT NOT NULL DEFAULT '[]',
    headers TEXT,                   -- a JSON array of [name, value]
    body BLOB                       -- both are NULL where they stand in content
) STRICT;
CREATE INDEX message_ready ON message (queue, visible_at, id) WHERE blocked = 0;
CREATE INDEX message_key ON message (queue, ordering_key, id) WHERE ordering_key IS NOT NULL;
CREATE INDEX message_running ON message (queue, inbox_key) WHERE inbox_key IS NOT NULL;
CREATE INDEX message_expiry ON message (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE content (
    message INTEGER PRIMARY KEY,
    headers TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE TABLE dedupe (
    subject TEXT NOT NULL,
    key TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (subject, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (
    queue INTEGER NOT NULL,
    key TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    result BLOB NOT NULL,
    PRIMARY KEY (queue, key)
) STRICT;
";

#[cfg(any(feature = "kafka", feature = "nats", feature = "rabbitmq", feature = "redis"))]
const LEDGER_TABLES: &str = "
CREATE TABLE entry (
    key TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
";

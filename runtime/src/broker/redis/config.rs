//! What the URL says.

use std::path::PathBuf;
use std::time::Duration;

use crate::broker::address::{Address, host_and_port};
use crate::broker::registry::Url;
use crate::broker::{DEDUPE_WINDOW, Error};

const PORT: u16 = 6379;

/// How Redis is reached and used.
pub(super) struct Config {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    pub(super) database: i64,
    pub(super) tls: bool,
    pub(super) ca: Option<PathBuf>,
    /// What all keys begin with.
    pub(super) prefix: String,
    pub(super) dedupe_window: Duration,
    /// Whether attempts and results are kept here too.
    pub(super) keeps_ledger: bool,
    /// Whether a group that is missing is made, or reported.
    pub(super) declare: bool,
}

impl Config {
    pub(super) fn read(mut url: Url) -> Result<Self, Error> {
        let address = Address::parse(&url.scheme, &url.path)?;
        address.check_user(&url.scheme)?;
        let Address { user, password, hosts, path } = address;
        let [host] = hosts.as_slice() else {
            return Err(Error::config(format!("`{}:` takes one host", url.scheme)));
        };
        let (host, port) = host_and_port(host, PORT)?;
        let database = match path.as_str() {
            "" => 0,
            number => number.parse().map_err(|_| {
                Error::config(format!("`/{number}` is no number of a Redis database"))
            })?,
        };
        let config = Self {
            host,
            port,
            // `:PASSWORD@` is the password of the default user.
            user: user.filter(|user| !user.is_empty()),
            password,
            database,
            tls: url.scheme == "rediss",
            ca: url.take_ca(url.scheme == "rediss")?.map(PathBuf::from),
            prefix: url.take_prefix()?,
            dedupe_window: url.take_seconds("dedupe_window")?.unwrap_or(DEDUPE_WINDOW),
            keeps_ledger: true,
            declare: url.take_topology()?,
        };
        url.finish()?;
        Ok(config)
    }
}

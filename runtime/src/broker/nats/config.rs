//! What the URL says.

use std::path::PathBuf;
use std::time::Duration;

use crate::broker::address::Address;
use crate::broker::registry::Url;
use crate::broker::{DEDUPE_WINDOW, Error};

/// How NATS is reached and used.
pub(super) struct Config {
    pub(super) address: Address,
    pub(super) tls: bool,
    pub(super) credentials: Option<PathBuf>,
    pub(super) ca: Option<PathBuf>,
    /// What all names on the server begin with.
    pub(super) prefix: String,
    pub(super) dedupe_window: Duration,
    /// How long results are remembered at most.
    pub(super) remember: Duration,
    pub(super) replicas: usize,
    /// Whether what is missing is made, or reported.
    pub(super) declare: bool,
    /// Whether the ledger has to be there, whatever its settings.
    pub(super) existing: bool,
}

const DAY: Duration = Duration::from_secs(24 * 3600);

impl Config {
    pub(super) fn read(mut url: Url) -> Result<Self, Error> {
        let address = Address::parse(&url.scheme, &url.path)?;
        if !address.path.is_empty() {
            let text = format!("`{}:` takes no path, found `/{}`", url.scheme, address.path);
            return Err(Error::config(text));
        }
        let config = Self {
            tls: url.scheme == "tls",
            address,
            credentials: url.take("credentials").map(PathBuf::from),
            ca: url.take_ca(url.scheme == "tls")?.map(PathBuf::from),
            prefix: url.take_prefix()?,
            dedupe_window: url.take_seconds("dedupe_window")?.unwrap_or(DEDUPE_WINDOW),
            remember: url.take_seconds("remember")?.unwrap_or(DAY),
            replicas: url.take_number("replicas", 1..=5)?.unwrap_or(1),
            declare: url.take_topology()?,
            existing: url.existing,
        };
        url.finish()?;
        Ok(config)
    }
}

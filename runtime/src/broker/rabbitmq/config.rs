//! What the URL says.

use std::path::PathBuf;
use std::time::Duration;

use crate::broker::address::Address;
use crate::broker::registry::Url;
use crate::broker::{DEDUPE_WINDOW, Error};

/// The longest prefix: names have 255 bytes.
const MAX_PREFIX: usize = 100;

/// The largest message that servers take by default, from 4.0 on: `max_message_size`,
/// which the protocol does not tell.
const MAX_MESSAGE: usize = 16 << 20;

/// How `RabbitMQ` is reached and used.
pub(super) struct Config {
    pub(super) address: Address,
    pub(super) tls: bool,
    pub(super) ca: Option<PathBuf>,
    pub(super) vhost: String,
    /// What all names on the server begin with, and the name of the exchange.
    pub(super) prefix: String,
    pub(super) dedupe_window: Duration,
    /// How often the server hears of us, in seconds: one that does not for two of
    /// these gives our messages to others.
    pub(super) heartbeat: u16,
    /// The most bytes of a message.
    pub(super) max_message: usize,
    /// Whether what is missing is made, or reported.
    pub(super) declare: bool,
}

impl Config {
    pub(super) fn read(mut url: Url) -> Result<Self, Error> {
        let mut address = Address::parse(&url.scheme, &url.path)?;
        address.check_user(&url.scheme)?;
        let vhost = match std::mem::take(&mut address.path) {
            path if path.is_empty() => "/".to_owned(),
            path => path,
        };
        let heartbeat = url.take_number("heartbeat", 1..=600)?.unwrap_or(10);
        let max_message = url.take_number("max_message", 1 << 16..=512 << 20)?;
        let prefix = url.take_prefix()?;
        if prefix.len() > MAX_PREFIX {
            let text = format!("option `prefix={prefix}` is longer than {MAX_PREFIX} letters");
            return Err(Error::config(text));
        }
        let config = Self {
            tls: url.scheme == "amqps",
            address,
            vhost,
            ca: url.take_ca(url.scheme == "amqps")?.map(PathBuf::from),
            prefix,
            dedupe_window: url.take_seconds("dedupe_window")?.unwrap_or(DEDUPE_WINDOW),
            max_message: max_message.unwrap_or(MAX_MESSAGE),
            heartbeat: u16::try_from(heartbeat).unwrap_or(u16::MAX),
            declare: url.take_topology()?,
        };
        url.finish()?;
        Ok(config)
    }

    /// What no other broker has that shares a ledger with this one. Of the server,
    /// which has many addresses, it names the virtual host alone.
    pub(super) fn scope(&self) -> String {
        format!("amqp {} {}", self.vhost, self.prefix)
    }
}

//! What the URL says.

use std::time::Duration;

use crate::broker::address::Address;
use crate::broker::registry::Url;
use crate::broker::{DEDUPE_WINDOW, Error};

const PORT: u16 = 9092;

/// How long a consumer that is not heard of keeps its partitions.
const SESSION: Duration = Duration::from_secs(10);

/// How long messages are kept, handled or not.
const RETENTION: Duration = Duration::from_secs(30 * 24 * 3600);

/// How many partitions a topic is made with.
const PARTITIONS: usize = 8;

/// How Kafka is reached and used.
pub(super) struct Config {
    /// As Kafka takes them: `HOST:PORT`, separated by commas.
    pub(super) hosts: String,
    pub(super) credentials: Option<Credentials>,
    pub(super) tls: bool,
    pub(super) ca: Option<String>,
    /// What all names on the server begin with.
    pub(super) prefix: String,
    pub(super) dedupe_window: Duration,
    /// What topics must have; what they are made with otherwise.
    partitions: Option<usize>,
    replication: Option<usize>,
    pub(super) retention: Duration,
    pub(super) session: Duration,
    /// Whether what is missing is made, or reported.
    pub(super) declare: bool,
}

/// Who we are.
pub(super) struct Credentials {
    pub(super) mechanism: &'static str,
    pub(super) user: String,
    pub(super) password: String,
}

impl Config {
    /// Reads a URL of which the ledger was taken.
    pub(super) fn read(mut url: Url) -> Result<Self, Error> {
        let Address { user, password, hosts, path } = Address::parse(&url.scheme, &url.path)?;
        if !path.is_empty() {
            let text = format!("`{}:` takes no path, found `/{path}`", url.scheme);
            return Err(Error::config(text));
        }
        let hosts: Vec<_> = hosts.iter().map(|host| with_port(host)).collect();
        let config = Self {
            hosts: hosts.join(","),
            credentials: credentials(&mut url, user, password)?,
            tls: url.scheme == "kafka+ssl",
            ca: url.take_ca(url.scheme == "kafka+ssl")?,
            prefix: url.take_prefix()?,
            dedupe_window: url.take_seconds("dedupe_window")?.unwrap_or(DEDUPE_WINDOW),
            partitions: url.take_number("partitions", 1..=1000)?,
            replication: url.take_number("replication", 1..=32)?,
            retention: url.take_seconds("retention")?.unwrap_or(RETENTION),
            session: session(&mut url)?,
            declare: url.take_topology()?,
        };
        url.finish()?;
        Ok(config)
    }

    /// How many partitions a topic is made with.
    pub(super) fn new_partitions(&self) -> i32 {
        i32::try_from(self.partitions.unwrap_or(PARTITIONS)).unwrap_or(i32::MAX)
    }

    /// How many copies a topic is made with; the server's default otherwise.
    pub(super) fn new_replication(&self) -> i32 {
        self.replication.and_then(|copies| i32::try_from(copies).ok()).unwrap_or(-1)
    }

    /// What of a topic differs from what was asked for.
    pub(super) fn difference(&self, partitions: usize, replication: usize) -> Option<String> {
        let wrong = |wanted: Option<usize>, found: usize, name: &str| {
            let wanted = wanted.filter(|wanted| *wanted != found)?;
            Some(format!("`{found}`, and the URL asks for `{name}={wanted}`"))
        };
        wrong(self.partitions, partitions, "partitions")
            .or_else(|| wrong(self.replication, replication, "replication"))
    }
}

fn with_port(host: &str) -> String {
    match host.rsplit_once(':') {
        // `[::1]` has colons and no port.
        Some((_, port)) if !port.ends_with(']') => host.to_owned(),
        _ => format!("{host}:{PORT}"),
    }
}

fn session(url: &mut Url) -> Result<Duration, Error> {
    let session = url.take_seconds("session_timeout")?.unwrap_or(SESSION);
    let within = Duration::from_secs(1)..=Duration::from_secs(1800);
    if !within.contains(&session) {
        return Err(Error::config("option `session_timeout` is between 1 and 1800 seconds"));
    }
    Ok(session)
}

fn credentials(
    url: &mut Url,
    user: Option<String>,
    password: Option<String>,
) -> Result<Option<Credentials>, Error> {
    let mechanism = match url.take("sasl").as_deref() {
        None | Some("plain") => "PLAIN",
        Some("scram-sha-256") => "SCRAM-SHA-256",
        Some("scram-sha-512") => "SCRAM-SHA-512",
        Some(other) => {
            let text = format!(
                "option `sasl={other}` is neither `plain`, `scram-sha-256` nor `scram-sha-512`"
            );
            return Err(Error::config(text));
        }
    };
    let Some(user) = user else { return Ok(None) };
    if mechanism != "PLAIN" && !cfg!(feature = "kafka-tls") {
        let text = "SCRAM for Kafka needs the cargo feature `kafka-tls` of agentgen";
        return Err(Error::config(text));
    }
    Ok(Some(Credentials { mechanism, user, password: password.unwrap_or_default() }))
}

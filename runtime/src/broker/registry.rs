//! The table of URL schemes: a backend is one folder and one row.

use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;

use super::{Backend, Error};

type Open = fn(Url) -> BoxFuture<'static, Result<Arc<dyn Backend>, Error>>;

/// One kind of broker.
#[derive(Clone, Copy, Debug)]
pub struct Scheme {
    /// What its URLs begin with, the colon left out.
    pub name: &'static str,
    /// What they begin with otherwise, for a connection over TLS.
    pub also: &'static [&'static str],
    open: Open,
}

/// The brokers that are compiled in.
pub(super) const SCHEMES: &[Scheme] = &[
    Scheme { name: "memory", also: &[], open: super::memory::open },
    #[cfg(feature = "sqlite")]
    Scheme { name: "sqlite", also: &[], open: super::sqlite::open },
    #[cfg(feature = "nats")]
    Scheme { name: "nats", also: &["tls"], open: super::nats::open },
    #[cfg(feature = "rabbitmq")]
    Scheme { name: "amqp", also: &["amqps"], open: super::rabbitmq::open },
    #[cfg(feature = "redis")]
    Scheme { name: "redis", also: &["rediss"], open: super::redis::open },
    #[cfg(all(feature = "kafka", not(feature = "kafka-tls")))]
    Scheme { name: "kafka", also: &[], open: super::kafka::open },
    #[cfg(feature = "kafka-tls")]
    Scheme { name: "kafka", also: &["kafka+ssl"], open: super::kafka::open },
];

/// Schemes that exist behind a cargo feature which is off.
const ABSENT: &[(&str, &str)] = &[
    #[cfg(not(feature = "sqlite"))]
    ("sqlite", "sqlite"),
    #[cfg(not(feature = "nats"))]
    ("nats", "nats"),
    #[cfg(not(feature = "nats"))]
    ("tls", "nats"),
    #[cfg(not(feature = "rabbitmq"))]
    ("amqp", "rabbitmq"),
    #[cfg(not(feature = "rabbitmq"))]
    ("amqps", "rabbitmq"),
    #[cfg(not(feature = "redis"))]
    ("redis", "redis"),
    #[cfg(not(feature = "redis"))]
    ("rediss", "redis"),
    #[cfg(not(feature = "kafka"))]
    ("kafka", "kafka"),
    #[cfg(not(feature = "kafka-tls"))]
    ("kafka+ssl", "kafka-tls"),
];

/// The cargo feature that a scheme waits for, if any.
pub(super) fn absent(name: &str) -> Option<&'static str> {
    ABSENT.iter().find(|(scheme, _)| *scheme == name).map(|(_, feature)| *feature)
}

impl Scheme {
    /// The brokers that are compiled in.
    pub fn all() -> &'static [Self] {
        SCHEMES
    }
}

/// A broker URL, taken apart: what follows the scheme, and the options.
pub(super) struct Url {
    pub(super) scheme: String,
    pub(super) path: String,
    /// Whether the ledger has to be there: one who only looks makes none.
    #[cfg_attr(
        not(any(
            feature = "kafka",
            feature = "nats",
            feature = "rabbitmq",
            feature = "redis",
            feature = "sqlite"
        )),
        expect(dead_code, reason = "what is in memory has no ledger")
    )]
    pub(super) existing: bool,
    options: Vec<(String, String)>,
}

impl Url {
    pub(super) fn parse(scheme: &str, rest: &str) -> Result<Self, Error> {
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut options = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair
                .split_once('=')
                .ok_or_else(|| Error::config(format!("option `{pair}` needs a value")))?;
            if options.iter().any(|(known, _)| known == name) {
                return Err(Error::config(format!("option `{name}` is given twice")));
            }
            options.push((name.to_owned(), value.to_owned()));
        }
        let (scheme, path) = (scheme.to_owned(), path.to_owned());
        Ok(Self { scheme, path, existing: false, options })
    }

    /// Says whether the ledger has to be there.
    pub(super) fn expecting(self, existing: bool) -> Self {
        Self { existing, ..self }
    }

    /// Takes an option out; what is left over in the end is unknown.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let index = self.options.iter().position(|(key, _)| key == name)?;
        Some(self.options.remove(index).1)
    }

    /// Takes an option that is a time in seconds, with an optional fraction.
    pub(super) fn take_seconds(&mut self, name: &str) -> Result<Option<Duration>, Error> {
        let Some(text) = self.take(name) else { return Ok(None) };
        let seconds = text.parse().ok().and_then(|value| Duration::try_from_secs_f64(value).ok());
        let wrong = || Error::config(format!("option `{name}={text}` is not a number of seconds"));
        seconds.map(Some).ok_or_else(wrong)
    }

    /// Takes an option that is a whole number within bounds.
    #[cfg(any(feature = "kafka", feature = "nats", feature = "rabbitmq"))]
    pub(super) fn take_number(
        &mut self,
        name: &str,
        bounds: std::ops::RangeInclusive<usize>,
    ) -> Result<Option<usize>, Error> {
        let Some(text) = self.take(name) else { return Ok(None) };
        let number = text.parse().ok().filter(|number| bounds.contains(number));
        let (low, high) = (bounds.start(), bounds.end());
        let wrong =
            || Error::config(format!("option `{name}={text}` is no number from {low} to {high}"));
        number.map(Some).ok_or_else(wrong)
    }

    /// Takes the option that names a file of certificates to trust, which only a
    /// connection over TLS looks into.
    #[cfg(any(feature = "kafka", feature = "nats", feature = "rabbitmq", feature = "redis"))]
    pub(super) fn take_ca(&mut self, tls: bool) -> Result<Option<String>, Error> {
        let ca = self.take("tls_ca");
        if ca.is_some() && !tls {
            let text = format!("option `tls_ca` needs TLS, which `{}:` does not use", self.scheme);
            return Err(Error::config(text));
        }
        if let Some(file) = &ca
            && let Err(error) = std::fs::File::open(file)
        {
            let text = format!("option `tls_ca={file}` cannot be read");
            return Err(Error::config(text).with_source(error));
        }
        Ok(ca)
    }

    /// Takes the option that all names on a shared server begin with.
    #[cfg(any(feature = "kafka", feature = "nats", feature = "rabbitmq", feature = "redis"))]
    pub(super) fn take_prefix(&mut self) -> Result<String, Error> {
        let prefix = self.take("prefix").unwrap_or_else(|| "agentgen".to_owned());
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if prefix.is_empty() || !prefix.bytes().all(plain) {
            let text = format!("option `prefix={prefix}` may have letters, digits, `-` and `_`");
            return Err(Error::config(text));
        }
        Ok(prefix)
    }

    /// Takes the option that says whether what is missing on the server is made.
    #[cfg(any(feature = "kafka", feature = "nats", feature = "rabbitmq", feature = "redis"))]
    pub(super) fn take_topology(&mut self) -> Result<bool, Error> {
        match self.take("topology").as_deref() {
            None | Some("declare") => Ok(true),
            Some("verify") => Ok(false),
            Some(other) => {
                let text = format!("option `topology={other}` is neither `declare` nor `verify`");
                Err(Error::config(text))
            }
        }
    }

    /// All of it, for a client that reads URLs itself.
    #[cfg(all(
        feature = "postgres",
        any(feature = "kafka", feature = "nats", feature = "rabbitmq", feature = "redis")
    ))]
    pub(super) fn into_text(self) -> String {
        let mut text = format!("{}:{}", self.scheme, self.path);
        for (place, (name, value)) in self.options.iter().enumerate() {
            let before = if place == 0 { '?' } else { '&' };
            text.extend([String::from(before), format!("{name}={value}")]);
        }
        text
    }

    /// Refuses what nobody took.
    pub(super) fn finish(self) -> Result<(), Error> {
        match self.options.first() {
            None => Ok(()),
            Some((name, _)) => {
                Err(Error::config(format!("unknown option `{name}` of `{}:`", self.scheme)))
            }
        }
    }
}

/// The row of a scheme.
pub(super) fn find(name: &str) -> Option<&'static Scheme> {
    SCHEMES.iter().find(|scheme| scheme.name == name || scheme.also.contains(&name))
}

/// Boxed, so that it is compiled here and not where it is awaited.
pub(super) fn open(
    url: &str,
    existing: bool,
) -> BoxFuture<'static, Result<Arc<dyn Backend>, Error>> {
    let (name, rest) = url.split_once(':').unwrap_or(("", url));
    let scheme = find(name).ok_or_else(|| unknown(url, name));
    match scheme.and_then(|scheme| Ok((scheme.open)(Url::parse(name, rest)?.expecting(existing)))) {
        Ok(opening) => opening,
        Err(error) => Box::pin(std::future::ready(Err(error))),
    }
}

fn unknown(url: &str, name: &str) -> Error {
    if let Some(feature) = absent(name) {
        let text =
            format!("broker scheme `{name}:` needs the cargo feature `{feature}` of agentgen");
        return Error::config(text);
    }
    let names = SCHEMES.iter().flat_map(|scheme| std::iter::once(&scheme.name).chain(scheme.also));
    let known: Vec<_> = names.map(|name| format!("`{name}:`")).collect();
    let known = known.join(", ");
    if name.is_empty() {
        return Error::config(format!("`{url}` is no broker URL; known schemes: {known}"));
    }
    Error::config(format!("unknown broker scheme `{name}:`; known schemes: {known}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn error(url: &str) -> String {
        open(url, false).await.err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[tokio::test]
    async fn an_unknown_scheme_names_the_known_ones() {
        assert!(error("kafkaa://x").await.starts_with("unknown broker scheme `kafkaa:`"));
        assert!(error("work.db").await.contains("is no broker URL; known schemes: `memory:`"));
    }

    #[tokio::test]
    async fn an_unknown_or_malformed_option_is_refused() {
        assert_eq!(error("memory:?fast=yes").await, "unknown option `fast` of `memory:`");
        assert_eq!(error("memory:?fast").await, "option `fast` needs a value");
        let wrong = "option `dedupe_window=-1` is not a number of seconds";
        assert_eq!(error("memory:?dedupe_window=-1").await, wrong);
    }
}

//! The table of ledgers: a row for each.

use std::sync::Arc;

use futures_core::future::BoxFuture;

use super::Ledger;
use crate::broker::Error;
use crate::broker::registry::{Url, absent};

type Open = fn(Url) -> BoxFuture<'static, Result<Arc<dyn Ledger>, Error>>;

/// One kind of ledger.
struct Kind {
    /// What its URLs begin with, the colon left out.
    name: &'static str,
    /// What they begin with otherwise, for a connection over TLS.
    also: &'static [&'static str],
    open: Open,
}

/// The ledgers that are compiled in.
const KINDS: &[Kind] = &[
    #[cfg(feature = "sqlite")]
    Kind { name: "sqlite", also: &[], open: crate::broker::sqlite::ledger },
    #[cfg(feature = "nats")]
    Kind { name: "nats", also: &["tls"], open: crate::broker::nats::ledger },
    #[cfg(feature = "postgres")]
    Kind { name: "postgres", also: &["postgresql"], open: super::postgres::open },
    #[cfg(feature = "redis")]
    Kind { name: "redis", also: &["rediss"], open: crate::broker::redis::ledger },
];

/// Ledgers that are no brokers, behind a cargo feature which is off.
const ABSENT: &[(&str, &str)] = &[
    #[cfg(not(feature = "postgres"))]
    ("postgres", "postgres"),
    #[cfg(not(feature = "postgres"))]
    ("postgresql", "postgres"),
];

/// Opens the ledger that a URL names; where it has to be `existing`, none is made.
pub(crate) async fn open(url: &str, existing: bool) -> Result<Arc<dyn Ledger>, Error> {
    let (name, rest) = url.split_once(':').unwrap_or(("", url));
    let kind = KINDS.iter().find(|kind| kind.name == name || kind.also.contains(&name));
    let kind = kind.ok_or_else(|| unknown(url, name))?;
    (kind.open)(Url::parse(name, rest)?.expecting(existing)).await
}

fn unknown(url: &str, name: &str) -> Error {
    let own = ABSENT.iter().find(|(scheme, _)| *scheme == name).map(|(_, feature)| *feature);
    if let Some(feature) = own.or_else(|| absent(name)) {
        let text = format!("ledger `{name}:` needs the cargo feature `{feature}` of agentgen");
        return Error::config(text);
    }
    let names = KINDS.iter().flat_map(|kind| std::iter::once(&kind.name).chain(kind.also));
    let known: Vec<_> = names.map(|name| format!("`{name}:`")).collect();
    let known = known.join(", ");
    if name.is_empty() {
        return Error::config(format!("`ledger={url}` is no URL; known ledgers: {known}"));
    }
    Error::config(format!("`{name}:` is no ledger; known ledgers: {known}"))
}

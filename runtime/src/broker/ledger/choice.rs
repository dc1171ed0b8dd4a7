//! The option `ledger=` of a broker's URL.

use std::sync::Arc;

use percent_encoding::percent_decode_str;

use super::scoped::Scoped;
use super::{Ledger, registry};
use crate::broker::Error;
use crate::broker::registry::Url;

/// The ledger of brokers that have none of their own, in the current folder.
const FILE: &str = "agentgen-ledger.db";

/// The ledger that a broker's URL asks for.
pub(in crate::broker) struct Choice {
    url: Option<String>,
    /// Whether it has to be there.
    existing: bool,
}

impl Choice {
    pub(in crate::broker) fn take(url: &mut Url) -> Result<Self, Error> {
        let existing = url.existing;
        let Some(text) = url.take("ledger") else { return Ok(Self { url: None, existing }) };
        let decoded = percent_decode_str(&text).decode_utf8();
        let decoded = decoded.map_err(|_| Error::config("option `ledger=` is no UTF-8"))?;
        Ok(Self { url: Some(decoded.into_owned()), existing })
    }

    /// Whether it is the broker's own, where it has one.
    #[cfg(feature = "redis")]
    pub(in crate::broker) fn is_own(&self) -> bool {
        self.url.is_none()
    }

    /// Opens what was asked for; or else the broker's own; or else a file.
    ///
    /// The scope keeps brokers apart that share a ledger: it is the same for all
    /// processes of one broker, and of no other.
    pub(in crate::broker) async fn open(
        self,
        own: Option<Arc<dyn Ledger>>,
        scope: &str,
    ) -> Result<Arc<dyn Ledger>, Error> {
        let shared = match (self.url, own) {
            (None, Some(own)) => return Ok(own),
            (Some(url), _) => registry::open(&url, self.existing).await.map_err(|error| {
                Error::new(error.kind(), "the option `ledger=` of the broker").with_source(error)
            })?,
            (None, None) => in_this_folder(self.existing).await?,
        };
        Ok(Arc::new(Scoped::new(shared, scope)))
    }
}

/// The file that serves where nothing is named.
async fn in_this_folder(existing: bool) -> Result<Arc<dyn Ledger>, Error> {
    let path = std::path::absolute(FILE).unwrap_or_else(|_| FILE.into());
    let path = path.display();
    if existing && !std::path::Path::new(FILE).exists() {
        return Err(Error::config(format!(
            "the broker's URL names no ledger, and there is no `{path}`: name the one that the \
             agents use with `ledger=…`"
        )));
    }
    tracing::warn!(
        %path,
        "attempts and results are kept in a file, which serves the processes of one machine: name \
         it, or a ledger that machines share, with `ledger=` in the broker's URL"
    );
    registry::open(&format!("sqlite:{FILE}"), existing).await
}

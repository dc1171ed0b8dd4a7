//! Publishing.

use super::connection::Connection;
use super::scripts;
use crate::Metadata;
use crate::broker::remote::{self, is_reply, millis};
use crate::broker::{Error, ErrorKind, Publish, Published};

pub(super) async fn publish(connection: &Connection, publish: Publish) -> Result<Published, Error> {
    let config = &connection.config;
    let lane = publish.ordering_key.as_deref().map(|key| remote::lane(key).to_string());
    let expiry = publish.expires_in.map_or(-1, millis);
    let mut script = scripts::PUBLISH.arg(&config.prefix);
    script
        .arg(&publish.subject)
        .arg(lane.as_deref().unwrap_or("any"))
        .arg(write_headers(&publish.headers))
        .arg(&publish.body[..])
        .arg(millis(publish.delay))
        .arg(expiry)
        .arg(publish.dedupe_key.as_deref().unwrap_or_default())
        .arg(millis(config.dedupe_window))
        .arg(u8::from(is_reply(&publish.subject)));
    let seen: u8 = connection.run(&script).await?;
    Ok(Published { duplicate: seen == 1 })
}

/// Headers as a JSON array of pairs: their order and repetitions are kept.
fn write_headers(headers: &Metadata) -> String {
    let pairs: Vec<_> = headers.iter().collect();
    // Strings always have a JSON form.
    serde_json::to_string(&pairs).unwrap_or_default()
}

/// Reads what [`write_headers`] wrote.
pub(super) fn read_headers(text: &[u8]) -> Result<Metadata, Error> {
    let pairs: Vec<(String, String)> = serde_json::from_slice(text).map_err(|error| {
        Error::new(ErrorKind::Incompatible, "stored headers are damaged").with_source(error)
    })?;
    let mut headers = Metadata::new();
    for (name, value) in &pairs {
        headers.insert(name, value);
    }
    Ok(headers)
}

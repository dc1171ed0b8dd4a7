//! What every view says of a message.

use std::str::FromStr as _;
use std::time::{Duration, SystemTime};

use agentgen::Metadata;
use agentgen::queue::names;
use agentgen::wkt::Timestamp;
use serde_json::{Map, Value};

/// All headers, by name.
pub(super) fn headers(headers: &Metadata) -> Value {
    let pairs = headers.iter().map(|(name, value)| (name.to_owned(), Value::from(value)));
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// A header, or a dash.
pub(super) fn header(headers: &Metadata, name: &str) -> String {
    headers.get(name).unwrap_or("-").to_owned()
}

/// How long ago a message was sent, by the clocks of its sender and of this
/// machine.
pub(super) fn age(headers: &Metadata) -> Option<Duration> {
    let sent = Timestamp::from_str(headers.get(names::TIME)?).ok()?;
    let sent = SystemTime::try_from(sent).ok()?;
    Some(SystemTime::now().duration_since(sent).unwrap_or_default())
}

/// A time in the largest unit that it fills.
pub(super) fn rough(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m", seconds / 60),
        3600..86400 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86400),
    }
}

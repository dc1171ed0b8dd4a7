//! Bodies as people and programs can read them.

use std::fmt::Write as _;

use agentgen::Metadata;
use agentgen::queue::{Format, names};
use serde_json::{Value, json};

use super::session::Session;

/// How much of a body without a readable form is shown, in bytes.
const MOST: usize = 256;

/// A body, or as much of it as can be shown.
pub(super) enum Body {
    Json(Value),
    /// Its length, and the beginning in hexadecimal digits.
    Bytes {
        length: usize,
        hex: String,
        why: String,
    },
}

/// Reads the body of a message on a subject. JSON needs no contract.
pub(super) fn read(session: &Session, subject: &str, headers: &Metadata, body: &[u8]) -> Body {
    let format = headers.get(names::CONTENT_TYPE).and_then(Format::from_content_type);
    let read = match format {
        Some(Format::Json) => serde_json::from_slice(body).map_err(|error| error.to_string()),
        Some(Format::Protobuf) => decode(session, subject, headers, body),
        None => Err("its content type is neither protobuf nor JSON".to_owned()),
    };
    match read {
        Ok(value) => Body::Json(value),
        Err(why) => bytes(body, why),
    }
}

/// Reads protobuf by the type that the message names, or that the subject has.
fn decode(
    session: &Session,
    subject: &str,
    headers: &Metadata,
    body: &[u8],
) -> Result<Value, String> {
    let Some(loaded) = &session.loaded else {
        return Err("protobuf; give the contract with --proto to see it as JSON".to_owned());
    };
    let of_subject = session.find(subject).map(|(method, _)| {
        let name = loaded.contract.type_name(&method.input);
        name.to_owned()
    });
    let named = headers.get(names::TYPE).map(str::to_owned);
    let name = named.or(of_subject).ok_or("neither the message nor the subject names its type")?;
    loaded.sources.body_as_json(&name, body)
}

fn bytes(body: &[u8], why: String) -> Body {
    let hex = body.iter().take(MOST).fold(String::new(), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    Body::Bytes { length: body.len(), hex, why }
}

impl Body {
    /// For programs.
    pub(super) fn value(&self) -> Value {
        match self {
            Self::Json(value) => json!({ "json": value }),
            Self::Bytes { length, hex, why } => {
                json!({ "length": length, "hex": hex, "unreadable": why })
            }
        }
    }

    /// For people, on one line.
    pub(super) fn line(&self) -> String {
        match self {
            Self::Json(value) => value.to_string(),
            Self::Bytes { length, hex, .. } => {
                let hex: String = hex.chars().take(64).collect();
                format!("{length} bytes: {hex}")
            }
        }
    }

    /// For people, as a block.
    pub(super) fn block(&self) -> String {
        match self {
            Self::Json(value) => format!("{value:#}\n"),
            Self::Bytes { length, hex, why } => {
                let more = if *length > MOST { "…" } else { "" };
                format!("{length} bytes ({why})\n{hex}{more}\n")
            }
        }
    }
}

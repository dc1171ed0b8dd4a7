//! The formats of a body: protobuf or JSON, told by the content type.

use bytes::Bytes;

use super::names;
use crate::codec::{Message, MessageType, WireError, json};
use crate::status::Reason;
use crate::{Metadata, Status};

/// The format of a message's body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// The protobuf encoding.
    #[default]
    Protobuf,
    /// Canonical proto3 JSON.
    Json,
}

impl Format {
    /// The format that a content type names; parameters are ignored.
    pub fn from_content_type(text: &str) -> Option<Self> {
        let name = text.split(';').next().unwrap_or_default().trim();
        match name.to_ascii_lowercase().as_str() {
            "application/protobuf" | "application/x-protobuf" => Some(Self::Protobuf),
            "application/json" => Some(Self::Json),
            _ => None,
        }
    }

    /// The content type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/protobuf",
            Self::Json => "application/json",
        }
    }

    pub(in crate::queue) fn encode(self, message: &dyn Message) -> Result<Bytes, WireError> {
        match self {
            Self::Protobuf => Ok(message.to_proto()),
            Self::Json => {
                let mut out = Vec::new();
                message.write_json(&mut out)?;
                Ok(out.into())
            }
        }
    }

    pub(in crate::queue) fn decode(
        self,
        body: &Bytes,
        of: &'static MessageType,
        json: &json::Options,
    ) -> Result<Box<dyn Message>, WireError> {
        match self {
            Self::Protobuf => of.from_proto(body.clone()),
            Self::Json => of.from_json(body, json),
        }
    }
}

/// The format that a message declares.
pub(in crate::queue) fn format(headers: &Metadata) -> Result<Format, Status> {
    let Some(declared) = headers.get(names::CONTENT_TYPE) else {
        let text = "the message has no content-type header";
        return Err(Reason::InvalidMessage.status(text));
    };
    Format::from_content_type(declared).ok_or_else(|| {
        let text = format!(
            "content type `{declared}` is neither application/protobuf nor application/json"
        );
        Reason::InvalidMessage.status(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types_are_read_without_case_and_parameters() {
        let json = Format::from_content_type("Application/JSON; charset=utf-8");
        assert_eq!(json, Some(Format::Json));
        assert_eq!(Format::from_content_type("text/plain"), None);
        for format in [Format::Json, Format::Protobuf] {
            assert_eq!(Format::from_content_type(format.content_type()), Some(format));
        }
    }
}

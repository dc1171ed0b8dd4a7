//! The two forms of a message on the wire.

use bytes::{Bytes, BytesMut};

use crate::Status;
use crate::codec::{Message, MessageType, json};
use crate::status::Reason;

/// How a message is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Format {
    /// Protobuf.
    Proto,
    /// Canonical JSON.
    Json,
}

impl Format {
    /// The format that content types call `name`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "proto" => Some(Self::Proto),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// Reads a message; `options` are for JSON.
    ///
    /// # Errors
    /// The bytes are no such message.
    pub(crate) fn read(
        self,
        input: &'static MessageType,
        bytes: Bytes,
        options: &json::Options,
    ) -> Result<Box<dyn Message>, Status> {
        Ok(match self {
            Self::Proto => input.from_proto(bytes)?,
            Self::Json => input.from_json(&bytes, options)?,
        })
    }

    /// Appends a message.
    ///
    /// # Errors
    /// It has no such form; what was appended is to be thrown away.
    pub(crate) fn write(self, message: &dyn Message, out: &mut BytesMut) -> Result<(), Status> {
        match self {
            Self::Proto => message.write_proto(out),
            Self::Json => {
                let json = message.to_json().map_err(|error| {
                    // The fault is the handler's, not the caller's.
                    Reason::InvalidReply.status(format!("a reply has no JSON form: {error}"))
                })?;
                out.extend_from_slice(&json);
            }
        }
        Ok(())
    }
}

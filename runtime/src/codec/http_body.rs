//! `google.api.HttpBody`: a message that is a raw HTTP body, seen without its
//! generated type.

use bytes::Bytes;
use prost::Message as _;

use super::{Message, MessageType, WireError};

/// The content of a `google.api.HttpBody`.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct HttpBody {
    /// The media type of `data`.
    #[prost(string, tag = "1")]
    pub content_type: String,
    /// The raw body.
    #[prost(bytes = "bytes", tag = "2")]
    pub data: Bytes,
}

impl HttpBody {
    /// Whether messages of a type are raw bodies.
    pub fn is(of: &MessageType) -> bool {
        of.name == "google.api.HttpBody"
    }

    /// The content of a message, if it is a raw body.
    ///
    /// # Errors
    /// The message does not decode as what its type says.
    pub fn of(message: &dyn Message) -> Result<Option<Self>, WireError> {
        if !Self::is(message.message_type()) {
            return Ok(None);
        }
        Ok(Some(Self::decode(message.to_proto())?))
    }

    /// The protobuf encoding, for [`MessageType::from_proto`] or
    /// [`bind::embed`](super::bind::embed).
    pub fn to_proto(&self) -> Bytes {
        self.encode_to_vec().into()
    }
}

//! `google.api.HttpBody`: a message that is a raw HTTP body, seen without its
//! generated type.

use bytes::{Bytes, BytesMut};
use prost::Message as _;

use super::wire::value_of;
use super::{Cardinality, Field, Kind, Message, MessageType, WireError, bind};

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

    /// Whether messages of a type, or where `part` is a field of them, that
    /// field, are raw bodies.
    pub fn is_part(of: &MessageType, part: Option<&Field>) -> bool {
        match part {
            None => Self::is(of),
            Some(field) => {
                let singular =
                    !matches!(field.cardinality, Cardinality::Repeated | Cardinality::Map(_));
                singular && matches!(field.kind, Kind::Message(of) if Self::is(of))
            }
        }
    }

    /// The content of a message or of its field `part`, if that is a raw body;
    /// an empty one where the field is absent.
    ///
    /// # Errors
    /// The message does not decode as what its type says.
    pub fn of_part(message: &dyn Message, part: Option<&Field>) -> Result<Option<Self>, WireError> {
        if !Self::is_part(message.message_type(), part) {
            return Ok(None);
        }
        let bytes = message.to_proto();
        let body = match part {
            None => Self::decode(bytes)?,
            Some(field) => match value_of(&bytes, &[field]) {
                Some(value) => Self::decode_length_delimited(value)?,
                None => Self::default(),
            },
        };
        Ok(Some(body))
    }

    /// The protobuf encoding of a message that this is, or whose field `part`
    /// this is, for [`MessageType::from_proto`].
    pub fn to_proto_part(&self, part: Option<&'static Field>) -> Bytes {
        let Some(field) = part else { return self.to_proto() };
        let mut out = BytesMut::new();
        bind::embed(&[field], &self.to_proto(), &mut out);
        out.freeze()
    }

    /// The protobuf encoding, for [`MessageType::from_proto`] or
    /// [`bind::embed`](super::bind::embed).
    pub fn to_proto(&self) -> Bytes {
        self.encode_to_vec().into()
    }
}

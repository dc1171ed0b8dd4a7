//! tonic's codec over erased messages.

use bytes::{Buf as _, BufMut as _, BytesMut};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};

use super::convert::to_tonic;
use crate::codec::{Message, MessageType};

/// Decodes one message type and encodes any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MessageCodec(pub(crate) &'static MessageType);

impl Codec for MessageCodec {
    type Encode = Box<dyn Message>;
    type Decode = Box<dyn Message>;
    type Encoder = MessageEncoder;
    type Decoder = Self;

    fn encoder(&mut self) -> MessageEncoder {
        MessageEncoder::default()
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Decoder for MessageCodec {
    type Item = Box<dyn Message>;
    type Error = tonic::Status;

    fn decode(&mut self, bytes: &mut DecodeBuf<'_>) -> Result<Option<Self::Item>, tonic::Status> {
        let bytes = bytes.copy_to_bytes(bytes.remaining());
        match (self.0.from_proto)(bytes) {
            Ok(message) => Ok(Some(message)),
            Err(error) => Err(to_tonic(&error.into(), http::HeaderMap::new())),
        }
    }
}

/// Encodes any message. tonic lends its buffer only as a `BufMut`, hence the
/// buffer of our own, kept over the messages of a stream.
#[derive(Debug, Default)]
pub(crate) struct MessageEncoder(BytesMut);

impl Encoder for MessageEncoder {
    type Item = Box<dyn Message>;
    type Error = tonic::Status;

    fn encode(
        &mut self,
        message: Box<dyn Message>,
        out: &mut EncodeBuf<'_>,
    ) -> Result<(), tonic::Status> {
        self.0.clear();
        self.0.reserve(message.proto_len());
        message.write_proto(&mut self.0);
        out.put_slice(&self.0);
        Ok(())
    }
}

//! The codec that tonic's client uses for erased messages.

use bytes::{Buf as _, BufMut as _, BytesMut};
use tonic::codec::{BufferSettings, Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};

use super::convert::to_tonic;
use crate::codec::{Message, MessageType};

/// The buffer that a call begins with, in bytes: most messages are smaller,
/// and it grows. tonic's default of 8 KiB costs an allocation of that size
/// for each direction of each call.
const BUFFER: usize = 1 << 10;

/// How much of a stream that is ready goes out at once, in bytes: tonic's default.
const YIELD: usize = 32 << 10;

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
        match self.0.from_proto(bytes) {
            Ok(message) => Ok(Some(message)),
            Err(error) => Err(to_tonic(&error.into())),
        }
    }

    fn buffer_settings(&self) -> BufferSettings {
        BufferSettings::new(BUFFER, YIELD)
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

    fn buffer_settings(&self) -> BufferSettings {
        BufferSettings::new(BUFFER, YIELD)
    }
}

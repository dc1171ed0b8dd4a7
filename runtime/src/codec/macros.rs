//! `messages!`: the concrete implementations of every message of a contract.

/// Implements [`Message`](crate::codec::Message),
/// [`Typed`](crate::codec::Typed), [`json::Value`](crate::codec::json::Value),
/// [`Convert`](crate::convert::Convert) and serde's `Serialize` and `Deserialize` for messages that implement
/// `prost::Message` and [`json::Json`](crate::codec::json::Json).
///
/// Each message is followed by the path of its static
/// [`MessageType`](crate::codec::MessageType). `types` is the list of the
/// message types that an `Any` inside these messages may hold; without it
/// there are only the well-known types.
///
/// ```ignore
/// agentgen::messages! {
///     types = super::super::descriptors::TYPES;
///     SummarizeRequest => SUMMARIZE_REQUEST,
///     summarize_request::Page => SUMMARIZE_REQUEST_PAGE,
/// }
/// ```
#[macro_export]
macro_rules! messages {
    ($($message:ty => $type:path),* $(,)?) => {
        $crate::messages! { types = &[]; $($message => $type),* }
    };
    (types = $types:expr; $($message:ty => $type:path),* $(,)?) => {$(
        $crate::__erased! { $message, $type, $types }

        impl $crate::codec::json::Value for $message {
            #[inline(never)]
            fn write<S: $crate::__private::serde::Serializer>(
                &self,
                scope: $crate::codec::json::Scope<'_>,
                out: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::codec::json::write_message(self, scope, out)
            }

            #[inline(never)]
            fn read<'de, D: $crate::__private::serde::Deserializer<'de>>(
                &mut self,
                scope: $crate::codec::json::Scope<'_>,
                input: D,
            ) -> ::core::result::Result<(), D::Error> {
                $crate::codec::json::read_message(self, scope, input)
            }
        }

        impl $crate::convert::Convert<Self> for $message {
            #[inline]
            fn into_wire(self) -> Self {
                self
            }

            #[inline]
            fn from_wire(
                wire: Self,
            ) -> ::core::result::Result<Self, $crate::convert::WireError> {
                ::core::result::Result::Ok(wire)
            }
        }

        impl $crate::__private::serde::Serialize for $message {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                out: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::codec::json::serialize(self, out)
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $message {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                input: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::codec::json::deserialize(input)
            }
        }
    )*};
}

/// The part of [`messages!`] that well-known types need too. Concrete and
/// never inlined: the codecs are compiled in the crate of the message.
#[doc(hidden)]
#[macro_export]
macro_rules! __erased {
    ($message:ty, $type:path, $types:expr) => {
        impl $crate::codec::Message for $message {
            fn message_type(&self) -> &'static $crate::codec::MessageType {
                &$type
            }

            #[inline(never)]
            fn of(
                message: ::std::boxed::Box<dyn $crate::codec::Message>,
            ) -> ::core::result::Result<Self, &'static $crate::codec::MessageType> {
                $crate::codec::downcast(message)
            }

            #[inline(never)]
            fn erased(self) -> ::std::boxed::Box<dyn $crate::codec::Message> {
                ::std::boxed::Box::new(self)
            }

            #[inline(never)]
            fn proto_len(&self) -> usize {
                $crate::__private::prost::Message::encoded_len(self)
            }

            #[inline(never)]
            fn write_proto(&self, out: &mut $crate::__private::bytes::BytesMut) {
                $crate::__private::prost::Message::encode_raw(self, out);
            }

            #[inline(never)]
            fn merge_one(
                &mut self,
                tag: u32,
                wire_type: $crate::__private::prost::encoding::WireType,
                bytes: &mut $crate::__private::bytes::Bytes,
                context: $crate::__private::prost::encoding::DecodeContext,
            ) -> ::core::result::Result<(), $crate::__private::prost::DecodeError> {
                $crate::__private::prost::Message::merge_field(self, tag, wire_type, bytes, context)
            }

            #[inline(never)]
            fn read_text(
                &mut self,
                scope: $crate::codec::json::Scope<'_>,
                input: &mut $crate::codec::json::Input<'_>,
            ) -> ::core::result::Result<(), $crate::codec::json::Error> {
                *self = ::core::default::Default::default();
                $crate::codec::json::Value::read(self, scope, input)
            }

            #[inline(never)]
            fn write_text(
                &self,
                scope: $crate::codec::json::Scope<'_>,
                out: $crate::codec::json::Text<'_>,
            ) -> ::core::result::Result<(), $crate::codec::json::Error> {
                $crate::codec::json::Value::write(self, scope, out)
            }

            fn merge_proto(
                &mut self,
                bytes: $crate::__private::bytes::Bytes,
            ) -> ::core::result::Result<(), $crate::codec::WireError> {
                $crate::codec::merge_fields(self, bytes)
            }

            fn read_json(
                &mut self,
                text: &[u8],
                options: &$crate::codec::json::Options,
            ) -> ::core::result::Result<(), $crate::codec::WireError> {
                $crate::codec::json::read_text(self, $types, text, options)
            }

            fn write_json_with(
                &self,
                options: &$crate::codec::json::Options,
                out: &mut ::std::vec::Vec<u8>,
            ) -> ::core::result::Result<(), $crate::codec::WireError> {
                $crate::codec::json::write_text(self, $types, options, out)
            }
        }

        impl $crate::codec::Typed for $message {
            const TYPE: &'static $crate::codec::MessageType = &$type;
            const TYPES: $crate::codec::json::Types = $types;
        }
    };
}

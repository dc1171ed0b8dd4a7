//! The options of `descriptor.proto` that rules read.

use super::encoded::Encoded;

/// What repeating a call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Idempotency {
    /// Nothing is promised.
    Unknown,
    /// A repeated call does no more than the first one.
    Idempotent,
    /// A call changes nothing.
    NoSideEffects,
}

impl Idempotency {
    /// The name in a contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "IDEMPOTENCY_UNKNOWN",
            Self::Idempotent => "IDEMPOTENT",
            Self::NoSideEffects => "NO_SIDE_EFFECTS",
        }
    }
}

/// `idempotency_level` in the options of an rpc.
pub fn idempotency(method_options: &[u8]) -> Idempotency {
    match Encoded::new(method_options).int32(34) {
        Some(1) => Idempotency::NoSideEffects,
        Some(2) => Idempotency::Idempotent,
        _ => Idempotency::Unknown,
    }
}

/// The sorts of elements that have options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// A file.
    File,
    /// A message.
    Message,
    /// A field or an extension.
    Field,
    /// A oneof, which cannot be deprecated.
    Oneof,
    /// An enum.
    Enum,
    /// A value of an enum.
    EnumValue,
    /// A service.
    Service,
    /// An rpc.
    Method,
}

/// Whether the options of an element say `deprecated = true`.
pub fn deprecated(element: Element, options: &[u8]) -> bool {
    let tag = match element {
        Element::EnumValue => 1,
        Element::Message | Element::Field | Element::Enum => 3,
        Element::File => 23,
        Element::Service | Element::Method => 33,
        Element::Oneof => return false,
    };
    Encoded::new(options).flag(tag)
}

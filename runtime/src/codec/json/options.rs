//! How lenient decoding is, and which types an `Any` may hold.

use crate::codec::MessageType;

/// The message types of a contract: what a `google.protobuf.Any` can be
/// unpacked to, beside the well-known types.
pub type Types = &'static [&'static MessageType];

/// How JSON is read, and written where an `Any` is concerned. More settings may
/// come: build it from [`Options::DEFAULT`].
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Ignore fields that the message does not have and enum names that the
    /// enum does not have, instead of refusing them. On by default.
    pub ignore_unknown_fields: bool,
    /// How many messages, and objects and lists of `google.protobuf.Struct`,
    /// may be nested in one another; 100 by default. In an unknown field that is
    /// ignored every object and list counts. An `Any` counts as one, on the way
    /// out too, and what it holds as another. Each level takes stack: raise the
    /// limit for trusted input only.
    pub max_depth: usize,
    /// The types that an `Any` may hold where the document's root is itself a
    /// well-known type, and so belongs to no contract; none by default. Any
    /// other root brings the types of its contract.
    pub types: Types,
    /// Members of the root object that are no fields and are ignored even where
    /// unknown fields are refused, such as `$schema`; none by default.
    pub ignored_members: &'static [&'static str],
}

impl Options {
    /// The defaults.
    pub const DEFAULT: Self =
        Self { ignore_unknown_fields: true, max_depth: 100, types: &[], ignored_members: &[] };
}

impl Default for Options {
    fn default() -> Self {
        Self::DEFAULT
    }
}

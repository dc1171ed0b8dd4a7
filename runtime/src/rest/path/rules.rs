//! Where servers that transcode HTTP differ, the choice.

/// How request paths are matched against the templates of a contract.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct PathRules {
    /// Ignore one trailing slash of the path. Off by default: `/tasks/` is no
    /// route then.
    pub lenient_slash: bool,
    /// Take any colon in the last segment for the start of a custom verb. Off
    /// by default: a colon before a text that is no verb of the contract
    /// belongs to the segment.
    pub reserve_colon: bool,
    /// What is percent-decoded in variables of several segments.
    pub expansion: Expansion,
}

/// What is percent-decoded in a variable that spans several segments; one of
/// exactly one segment is always decoded as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expansion {
    /// Everything but `%2F`, as `google/api/http.proto` has it.
    #[default]
    ExceptSlash,
    /// Everything but the reserved characters of RFC 6570.
    ExceptReserved,
    /// Everything (`fully_decode_reserved_expansion`).
    All,
}

impl Expansion {
    /// Whether the escape of `byte` stays as it is.
    pub(super) fn keeps(self, byte: u8) -> bool {
        match self {
            Self::ExceptSlash => byte == b'/',
            Self::ExceptReserved => b"!#$&'()*+,/:;=?@[]".contains(&byte),
            Self::All => false,
        }
    }
}

//! Where servers that transcode HTTP differ, the choice.

/// How request paths are matched against the templates of a contract.
///
/// The defaults follow `google/api/http.proto` and refuse what it leaves
/// open; [`PathRules::envoy`] is what Envoy's transcoder does.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct PathRules {
    /// Ignore one trailing slash of the path. Off by default: `/tasks/` is no
    /// route then.
    pub lenient_slash: bool,
    /// Take any colon in the last segment for the start of a custom verb. Off
    /// by default: a colon before a text that is no verb of the contract
    /// belongs to the segment.
    pub reserve_colon: bool,
    /// Take a text behind a colon for a custom verb wherever some route has
    /// this verb. Off by default: where no route with the verb matches the
    /// path, colon and text belong to the segment.
    pub reserve_verbs: bool,
    /// Compare literals with the path as it was sent. Off by default: `/l%69t`
    /// is `/lit`.
    pub raw_literals: bool,
    /// Take malformed percent escapes, such as `%zz`, for text. Off by
    /// default: they are refused with 400.
    pub lenient_escapes: bool,
    /// Answer a path that has only other methods like one that has no route,
    /// with 404. Off by default: it is 405 with `Allow`, and `OPTIONS` is
    /// answered.
    pub hide_methods: bool,
    /// What is percent-decoded in variables of several segments. Routes whose
    /// contract says `fully_decode_reserved_expansion` are decoded whole.
    pub expansion: Expansion,
    /// What becomes of two routes that match the same requests.
    pub conflicts: Conflicts,
}

impl PathRules {
    /// As Envoy's transcoder matches by its defaults.
    pub fn envoy() -> Self {
        Self {
            lenient_slash: true,
            reserve_colon: false,
            reserve_verbs: true,
            raw_literals: true,
            lenient_escapes: true,
            hide_methods: true,
            expansion: Expansion::ExceptReserved,
            conflicts: Conflicts::Unserved,
        }
    }
}

/// What becomes of two routes of one server that match the same requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Conflicts {
    /// The server does not start.
    #[default]
    Refused,
    /// Neither is served; the requests of both are answered with 404.
    Unserved,
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

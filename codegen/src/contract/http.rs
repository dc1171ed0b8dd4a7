//! Path templates of `google.api.http`.

/// A parsed path template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The text as the contract writes it.
    pub text: String,
    /// The segments, variables resolved to what they match.
    pub segments: Vec<Segment>,
    /// The verb after the colon.
    pub verb: Option<String>,
    /// The variables, in the order of their appearance.
    pub variables: Vec<Variable>,
}

/// What one segment of a path matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Exactly this text, percent-decoded.
    Literal(String),
    /// `*`
    Single,
    /// `**`
    Rest,
}

/// A variable of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The names of its field path.
    pub path: Vec<String>,
    /// The index of the first segment it covers.
    pub start: usize,
    /// The number of segments it covers, `**` counted once.
    pub len: usize,
}

//! Path templates of `google.api.http`.

mod compare;
mod parse;

use std::cmp::Ordering;

pub use parse::TemplateError;

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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

impl Template {
    /// Parses the grammar of `google.api.http`, where `**` may have a tail, a
    /// verb may hold colons, and literals may hold percent-escapes.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        parse::parse(text)
    }

    /// Whether both match exactly the same paths.
    pub fn same_shape(&self, other: &Self) -> bool {
        self.segments == other.segments && self.verb == other.verb
    }

    /// Whether some path matches both.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.verb == other.verb && compare::overlap(&self.segments, &other.segments)
    }

    /// Whether every path that matches the other one matches this one.
    pub fn includes(&self, other: &Self) -> bool {
        self.verb == other.verb && compare::includes(self, other)
    }

    /// Which of two templates a router tries first on a path that matches
    /// both: segment by segment a literal before `*` before `**`, and after
    /// `**` the longer tail. `Less` comes first.
    pub fn precedence(&self, other: &Self) -> Ordering {
        compare::precedence(&self.segments, &other.segments)
    }
}

/// Whether a value of a well-known type is one text in a query.
pub(crate) fn is_query_value(well_known: &str) -> bool {
    !matches!(well_known, "google.protobuf.Any" | "google.protobuf.Empty")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> Template {
        Template::parse(text).expect("a valid template")
    }

    #[test]
    fn shapes_do_not_depend_on_variables() {
        assert!(template("/a/{x}").same_shape(&template("/a/{y=*}")));
        assert!(template("/l%69t").same_shape(&template("/lit")));
        assert!(!template("/a/{x}").same_shape(&template("/a/{x}:run")));
        assert!(!template("/a/{x}").same_shape(&template("/a/{x=**}")));
    }
}

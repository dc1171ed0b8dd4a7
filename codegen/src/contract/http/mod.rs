//! Path templates of `google.api.http`.

mod parse;

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
        self.verb == other.verb && overlap(&self.segments, &other.segments)
    }
}

/// Whether some path matches both lists of segments. A list holds at most one
/// `**`, so that the recursion into it cannot branch more than twice in depth.
fn overlap(a: &[Segment], b: &[Segment]) -> bool {
    use Segment::{Literal, Rest};
    match (a, b) {
        ([], []) => true,
        ([Rest, tail @ ..], _) => (0..=b.len()).any(|skip| overlap(tail, &b[skip..])),
        (_, [Rest, ..]) => overlap(b, a),
        ([Literal(x), ..], [Literal(y), ..]) if x != y => false,
        ([_, a @ ..], [_, b @ ..]) => overlap(a, b),
        _ => false,
    }
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

    #[test]
    fn overlaps_are_found_through_wildcards() {
        let cases = [
            ("/tasks/{id}", "/{tenant}/tasks", true),
            ("/tasks/{id}", "/{tenant}/other/x", false),
            ("/{x=**}", "/a/b/c", true),
            ("/{x=a/**}/z", "/a/b/{y}", true),
            ("/{x=a/**}/z", "/a/b/y", false),
            ("/{x=**}/z", "/a/{x=**}", true),
            ("/a:run", "/a", false),
        ];
        for (a, b, expected) in cases {
            assert_eq!(template(a).overlaps(&template(b)), expected, "{a} {b}");
            assert_eq!(template(b).overlaps(&template(a)), expected, "{b} {a}");
        }
    }
}

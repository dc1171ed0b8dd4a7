//! A path template of the contract as an OpenAPI path.
//!
//! OpenAPI knows parameters of one segment only. A variable over several
//! segments is written out, each `*` in it a parameter of its own, named as
//! Google's discovery documents do: `{name=projects/*}` is
//! `projects/{projectsId}`. A `**` stays one parameter, which says so.

use crate::contract::{HttpBinding, Segment, Template, Variable};

/// An OpenAPI path and its parameters, in order.
#[derive(Clone)]
pub(super) struct OpenApiPath {
    /// The path with its parameters in braces.
    pub(super) text: String,
    /// The path with every parameter's name left out: equal for paths that
    /// OpenAPI takes for one.
    pub(super) shape: String,
    /// The parameters.
    pub(super) parameters: Vec<PathParameter>,
}

/// A parameter of a path.
#[derive(Clone)]
pub(super) struct PathParameter {
    /// The name, unique in the path.
    pub(super) name: String,
    /// The index of the template's variable that it fills alone, or in part.
    pub(super) variable: Option<usize>,
    /// Whether its value is the whole of the variable.
    pub(super) whole: bool,
    /// Whether it may hold several segments.
    pub(super) rest: bool,
}

impl OpenApiPath {
    pub(super) fn new(binding: &HttpBinding) -> Self {
        let template = &binding.template;
        let mut path = Self { text: String::new(), shape: String::new(), parameters: Vec::new() };
        let mut before = None;
        for (index, segment) in template.segments.iter().enumerate() {
            path.push("/");
            match segment {
                Segment::Literal(text) => {
                    path.push(&encoded(text));
                    before = Some(text.as_str());
                }
                Segment::Single | Segment::Rest => {
                    let rest = *segment == Segment::Rest;
                    let parameter = path.parameter(template, index, before, rest);
                    path.text.extend(["{", &parameter.name, "}"]);
                    path.shape.push_str("{}");
                    path.parameters.push(parameter);
                }
            }
        }
        if path.text.is_empty() {
            path.push("/");
        }
        if let Some(verb) = &template.verb {
            path.push(":");
            path.push(verb);
        }
        path
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.shape.push_str(text);
    }

    fn parameter(
        &self,
        template: &Template,
        segment: usize,
        before: Option<&str>,
        rest: bool,
    ) -> PathParameter {
        let covering = template.variables.iter().position(|variable| covers(variable, segment));
        let variable = covering.and_then(|index| template.variables.get(index));
        let whole = variable.is_some_and(|variable| variable.len == 1);
        let name = match (variable, before) {
            (Some(variable), _) if whole => variable.path.join("."),
            (_, Some(literal)) => format!("{literal}Id"),
            (Some(variable), None) => variable.path.join("."),
            (None, None) => "segment".to_owned(),
        };
        PathParameter { name: self.unique(plain(&name)), variable: covering, whole, rest }
    }

    fn unique(&self, name: String) -> String {
        let taken = |name: &str| self.parameters.iter().any(|other| other.name == name);
        if !taken(&name) {
            return name;
        }
        let mut number = 2;
        while taken(&format!("{name}{number}")) {
            number += 1;
        }
        format!("{name}{number}")
    }
}

/// A name of the characters that tools look for between the braces of a path:
/// `{document.name}` is no parameter to spectral.
fn plain(name: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-');
    name.chars().map(|char| if plain(char) { char } else { '_' }).collect()
}

/// A literal as a path writes it: what has a meaning there is percent-encoded.
fn encoded(literal: &str) -> String {
    let mut text = String::new();
    for byte in literal.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.extend(['%', hex(byte >> 4), hex(byte & 15)]);
        }
    }
    text
}

fn hex(digit: u8) -> char {
    char::from_digit(digit.into(), 16).unwrap_or('0').to_ascii_uppercase()
}

fn covers(variable: &Variable, segment: usize) -> bool {
    (variable.start..variable.start + variable.len).contains(&segment)
}

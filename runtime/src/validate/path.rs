//! Where in a message a check stands. A path is a chain on the stack: it is
//! written out only where a rule does not hold.

use std::fmt;

use super::Value;

/// The most characters of a map's key that a path shows.
const KEY_LENGTH: usize = 64;

/// A place, by its last step and the place before it.
#[derive(Clone, Copy)]
pub(super) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Whole,
    Field(&'static str),
    Index(usize),
    Key(Value<'a>),
}

impl Path<'_> {
    /// The message as a whole.
    pub(super) const ROOT: Path<'static> = Path { parent: None, step: Step::Whole };

    pub(super) fn field(&self, json: &'static str) -> Path<'_> {
        Path { parent: Some(self), step: Step::Field(json) }
    }

    pub(super) fn index(&self, index: usize) -> Path<'_> {
        Path { parent: Some(self), step: Step::Index(index) }
    }

    pub(super) fn key<'a>(&'a self, key: Value<'a>) -> Path<'a> {
        Path { parent: Some(self), step: Step::Key(key) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Whole => Ok(()),
            Step::Field(name) => {
                let inside = self.parent.is_some_and(|parent| !matches!(parent.step, Step::Whole));
                write!(f, "{}{name}", if inside { "." } else { "" })
            }
            Step::Index(index) => write!(f, "[{index}]"),
            Step::Key(Value::Text(key)) => match key.char_indices().nth(KEY_LENGTH) {
                None => write!(f, "[{}]", quoted(key)),
                Some((end, _)) => write!(f, "[{}…]", quoted(&key[..end])),
            },
            Step::Key(Value::Bool(key)) => write!(f, "[{key}]"),
            Step::Key(Value::Int(key)) => write!(f, "[{key}]"),
            Step::Key(Value::Uint(key)) => write!(f, "[{key}]"),
            Step::Key(_) => f.write_str("[?]"),
        }
    }
}

/// A key as JSON writes it.
fn quoted(key: &str) -> serde_json::Value {
    serde_json::Value::from(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_joined_as_json_paths_are() {
        let pages = Path::ROOT.field("pages");
        let page = pages.index(2);
        let labels = page.field("labels");
        assert_eq!(labels.key(Value::Text("a\"b")).to_string(), r#"pages[2].labels["a\"b"]"#);
        assert_eq!(labels.key(Value::Int(-3)).to_string(), "pages[2].labels[-3]");
        assert_eq!(Path::ROOT.to_string(), "");
    }

    #[test]
    fn a_long_key_is_cut() {
        let key = "é".repeat(100);
        let text = Path::ROOT.field("m").key(Value::Text(&key)).to_string();
        assert_eq!(text, format!("m[\"{}\"…]", "é".repeat(64)));
    }
}

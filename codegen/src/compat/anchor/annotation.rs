//! What the anchor prints: a rule, a place on the new side and a message.

use std::cmp::Ordering;

use crate::compat::schema::Span;

/// A finding as the anchor states it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Annotation {
    /// The file of the new side, as the user knows it; `None` for what is gone
    /// without a trace, such as a file.
    pub path: Option<String>,
    /// Lines and columns from 1, the end exclusive; all 1 where the place is
    /// unknown.
    pub position: Position,
    /// The id of the rule.
    pub rule: &'static str,
    /// What happened, a sentence with its full stop.
    pub message: String,
}

/// Lines and columns from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The first line.
    pub start_line: i32,
    /// The first column, in bytes.
    pub start_column: i32,
    /// The last line.
    pub end_line: i32,
    /// The column behind the end.
    pub end_column: i32,
}

impl Position {
    /// What stands for a place that is unknown.
    pub(super) const UNKNOWN: Self =
        Self { start_line: 1, start_column: 1, end_line: 1, end_column: 1 };
}

impl From<Span> for Position {
    fn from(span: Span) -> Self {
        Self {
            start_line: span.start_line.saturating_add(1),
            start_column: span.start_column.saturating_add(1),
            end_line: span.end_line.saturating_add(1),
            end_column: span.end_column.saturating_add(1),
        }
    }
}

impl Annotation {
    /// One JSON object without a line break, byte for byte as the anchor
    /// writes it.
    pub fn json_line(&self) -> String {
        let mut members = Vec::new();
        if let Some(path) = &self.path {
            members.push(format!("\"path\":{}", json_string(path)));
        }
        let position = self.position;
        members.push(format!(
            "\"start_line\":{},\"start_column\":{},\"end_line\":{},\"end_column\":{}",
            position.start_line, position.start_column, position.end_line, position.end_column
        ));
        members.push(format!("\"type\":{}", json_string(self.rule)));
        members.push(format!("\"message\":{}", json_string(&self.message)));
        format!("{{{}}}", members.join(","))
    }

    /// The order in which the anchor prints.
    fn order(&self, other: &Self) -> Ordering {
        let key = |a: &Self| (a.position.start_line, a.position.start_column);
        let end = |a: &Self| (a.position.end_line, a.position.end_column);
        (&self.path, key(self), self.rule, &self.message, end(self)).cmp(&(
            &other.path,
            key(other),
            other.rule,
            &other.message,
            end(other),
        ))
    }
}

/// A JSON string with the characters escaped that HTML gives a meaning.
fn json_string(text: &str) -> String {
    let plain = serde_json::Value::from(text).to_string();
    let escaped = plain.chars().map(|character| match character {
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => format!("\\u{:04x}", u32::from(character)),
        _ => character.to_string(),
    });
    escaped.collect()
}

/// Sorts as the anchor does and drops what is said twice.
pub(super) fn sorted(mut annotations: Vec<Annotation>) -> Vec<Annotation> {
    annotations.sort_by(Annotation::order);
    annotations.dedup();
    annotations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_leaves_out_a_file_that_is_gone() {
        let annotation = Annotation {
            path: None,
            position: Position::UNKNOWN,
            rule: "FILE_NO_DELETE",
            message: "Previously present file \"a<b>.proto\" was deleted.".to_owned(),
        };
        let expected = r#"{"start_line":1,"start_column":1,"end_line":1,"end_column":1,"type":"FILE_NO_DELETE","message":"Previously present file \"a\u003cb\u003e.proto\" was deleted."}"#;
        assert_eq!(annotation.json_line(), expected);
    }
}

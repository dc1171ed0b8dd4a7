//! What every document says about a declaration: its comment, and that it is
//! deprecated.

use serde_json::{Value, json};

use super::Object;

/// Adds facts about a declaration to its object in a document.
pub(in crate::emit) trait Describe {
    /// Adds the first line of a comment as `summary`, and the whole of it as
    /// `description` where there is more.
    fn summarize(&mut self, docs: &str);

    /// Adds a comment as `description`.
    fn describe(&mut self, docs: &str);

    /// Adds a comment as `description`, and behind it constraints in words.
    fn describe_with(&mut self, docs: &str, constraints: &[String]);

    /// Adds `deprecated` where it is.
    fn deprecate(&mut self, deprecated: bool);
}

impl Describe for Object {
    fn summarize(&mut self, docs: &str) {
        let docs = text(docs);
        let paragraph = docs.split("\n\n").next().unwrap_or_default();
        let summary = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        if !summary.is_empty() {
            self.insert("summary".into(), summary.trim_end_matches('.').into());
        }
        if docs.len() > paragraph.len() {
            self.describe(&docs);
        }
    }

    fn describe(&mut self, docs: &str) {
        let docs = text(docs);
        if !docs.is_empty() {
            self.insert("description".into(), Value::String(docs));
        }
    }

    fn describe_with(&mut self, docs: &str, constraints: &[String]) {
        if constraints.is_empty() {
            return self.describe(docs);
        }
        let constraints = format!("Constraints: {}.", constraints.join("; "));
        self.describe(&format!("{}\n\n{constraints}", text(docs)));
    }

    fn deprecate(&mut self, deprecated: bool) {
        if deprecated {
            self.insert("deprecated".into(), json!(true));
        }
    }
}

/// A comment without the space that stands between comment mark and text, and
/// without space at the ends of lines.
fn text(docs: &str) -> String {
    let lines: Vec<_> =
        docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect();
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_paragraph_is_the_summary_and_more_than_that_the_description() {
        let mut object = Object::new();
        object.summarize(" Makes a\n summary.\n\n Slowly. \n");
        assert_eq!(
            Value::Object(object),
            json!({ "summary": "Makes a summary", "description": "Makes a\nsummary.\n\nSlowly." })
        );
    }

    #[test]
    fn no_comment_adds_nothing() {
        let mut object = Object::new();
        object.summarize("\n \n");
        object.describe("");
        object.deprecate(false);
        assert_eq!(object, Object::new());
    }
}

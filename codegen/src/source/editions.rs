//! The words of a text before it is parsed: whether it is written in editions,
//! which the parser does not know, or nested so deep that it would not survive.

use std::ops::Range;

/// Where a text states its edition, and which; `None` for proto2 and proto3.
pub(super) fn edition(text: &str) -> Option<(Range<usize>, &str)> {
    let mut words = Words::new(text);
    let (start, word) = words.next()?;
    if word != "edition" || words.next()?.1 != "=" {
        return None;
    }
    let (at, value) = words.next()?;
    Some((start..at + value.len(), value.trim_matches(['"', '\''])))
}

/// How deep declarations and the values of options may nest. The parser calls
/// itself for each level, and protobuf refuses messages of 100 levels.
pub(super) const MAX_DEPTH: usize = 64;

/// Where a text opens one level too many: a byte offset.
pub(super) fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    Words::new(text).find_map(|(at, word)| {
        match word {
            "{" | "[" | "<" => depth += 1,
            "}" | "]" | ">" => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth > MAX_DEPTH).then_some(at)
    })
}

/// The words, strings and marks of a text, with their offsets, without
/// comments.
#[derive(Clone)]
pub(super) struct Words<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Words<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let length = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else {
                rest.len() - rest.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).len()
            };
            if length == 0 {
                return;
            }
            self.at += length;
        }
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        self.skip_blanks();
        let rest = self.rest();
        let first = rest.chars().next()?;
        let length = match first {
            '"' | '\'' => string_length(rest, first),
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let start = self.at;
        self.at += length;
        Some((start, rest.get(..length)?))
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}

/// The length of the string literal that a text begins with, quotes included.
fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return at,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edition_is_found_behind_comments() {
        let text = "// a\n/* edition = \"x\" */ edition = \"2023\";";
        let (span, edition) = edition(text).expect("an edition");
        assert_eq!(edition, "2023");
        assert_eq!(&text[span], "edition = \"2023\"");
    }

    #[test]
    fn depth_counts_what_is_open() {
        let nested = |depth: usize| "a { ".repeat(depth) + &"}".repeat(depth);
        assert_eq!(too_deep(&nested(MAX_DEPTH).repeat(3)), None);
        assert_eq!(too_deep(&nested(MAX_DEPTH + 1)), Some(4 * MAX_DEPTH + 2));
        let quoted = format!("\"{0}\" // {0}\n/* {0} */", "{[<".repeat(MAX_DEPTH));
        assert_eq!(too_deep(&quoted), None);
    }

    #[test]
    fn syntax_is_no_edition() {
        assert_eq!(edition("syntax = \"proto3\";"), None);
    }
}

//! What can be said of a text before it is parsed: its package, and whether it
//! is written in editions, which the parser does not know.

use std::ops::Range;

/// Where a text states its edition, and which; `None` for proto2 and proto3.
pub(super) fn edition(text: &str) -> Option<(Range<usize>, &str)> {
    let mut words = Words { text, at: 0 };
    let (start, word) = words.next()?;
    if word != "edition" || words.next()?.1 != "=" {
        return None;
    }
    let (at, value) = words.next()?;
    Some((start..at + value.len(), value.trim_matches(['"', '\''])))
}

/// The package that a text states.
pub(super) fn package(text: &str) -> Option<String> {
    let mut words = Words { text, at: 0 };
    let mut depth = 0_i32;
    while let Some((_, word)) = words.next() {
        match word {
            "{" => depth += 1,
            "}" => depth -= 1,
            "package" if depth == 0 => {
                let name: String =
                    words.map(|(_, word)| word).take_while(|&word| word != ";").collect();
                return Some(name);
            }
            _ => {}
        }
    }
    None
}

/// The words, strings and marks of a text, with their offsets, without
/// comments.
struct Words<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Words<'a> {
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
    fn syntax_is_no_edition() {
        assert_eq!(edition("syntax = \"proto3\";"), None);
    }

    #[test]
    fn a_package_is_found_outside_comments_strings_and_blocks() {
        let text = "option x = \"package no;\"; message package { } // package no;\npackage a . b;";
        assert_eq!(package("message M { string package = 1; }"), None);
        assert_eq!(package("package a.b;").as_deref(), Some("a.b"));
        assert_eq!(package(&text[text.len() - 14..]).as_deref(), Some("a.b"));
    }
}

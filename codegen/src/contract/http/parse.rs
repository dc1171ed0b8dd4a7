//! The template parser:
//!
//! ```text
//! Template = "/" | "/" Segments [ ":" Verb ]    Segments  = Segment { "/" Segment }
//! Segment  = "*" | "**" | LITERAL | Variable    Variable  = "{" FieldPath [ "=" Segments ] "}"
//! ```

use std::fmt;

use super::{Segment, Template, Variable};

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// The byte offset in the text.
    pub at: usize,
    /// What is wrong there.
    pub message: &'static str,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at character {})", self.message, self.at + 1)
    }
}

impl std::error::Error for TemplateError {}

type Result<T> = std::result::Result<T, TemplateError>;

pub(super) fn parse(text: &str) -> Result<Template> {
    let mut parser = Parser { text, at: 0, segments: Vec::new(), variables: Vec::new() };
    parser.expect('/', "a path template begins with `/`")?;
    let mut verb = None;
    if text != "/" {
        parser.segments(false)?;
        verb = parser.verb()?;
    }
    if parser.segments.iter().filter(|segment| **segment == Segment::Rest).count() > 1 {
        let at = text.rfind("**").unwrap_or(0);
        return Err(TemplateError { at, message: "`**` can stand only once" });
    }
    Ok(Template {
        text: text.to_owned(),
        segments: parser.segments,
        verb,
        variables: parser.variables,
    })
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    segments: Vec<Segment>,
    variables: Vec<Variable>,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn fail<T>(&self, message: &'static str) -> Result<T> {
        Err(TemplateError { at: self.at, message })
    }

    fn eat(&mut self, mark: char) -> bool {
        let found = self.peek() == Some(mark);
        if found {
            self.at += mark.len_utf8();
        }
        found
    }

    fn expect(&mut self, mark: char, message: &'static str) -> Result<()> {
        if self.eat(mark) { Ok(()) } else { self.fail(message) }
    }

    fn segments(&mut self, in_variable: bool) -> Result<()> {
        loop {
            self.segment(in_variable)?;
            if !self.eat('/') {
                return Ok(());
            }
        }
    }

    fn segment(&mut self, in_variable: bool) -> Result<()> {
        match self.peek() {
            Some('{') if in_variable => self.fail("a variable cannot hold another"),
            Some('{') => self.variable(),
            _ => self.plain(in_variable),
        }
    }

    /// A wildcard or a literal: everything up to the next mark.
    fn plain(&mut self, in_variable: bool) -> Result<()> {
        let start = self.at;
        let rest = self.rest();
        let end = rest.find(['/', '{', '}']).unwrap_or(rest.len());
        let mut word = &rest[..end];
        let last = !rest[end..].starts_with('/');
        if let Some(colon) = word.find(':') {
            if in_variable {
                self.at += colon;
                return self
                    .fail("a colon cannot stand inside a variable; the verb follows the last `}`");
            }
            // Before the last segment a colon is part of the literal.
            if last {
                word = &word[..colon];
            }
        }
        self.at += word.len();
        let segment = match word {
            "" => return self.fail("a segment is empty"),
            "*" => Segment::Single,
            "**" => Segment::Rest,
            word => Segment::Literal(literal(word, start)?),
        };
        if matches!(self.peek(), Some('{')) || (!in_variable && self.peek() == Some('}')) {
            return self.fail("a variable is a whole segment");
        }
        self.segments.push(segment);
        Ok(())
    }

    fn variable(&mut self) -> Result<()> {
        let open = self.at;
        self.at += 1;
        let mut path = vec![self.identifier()?];
        while self.eat('.') {
            path.push(self.identifier()?);
        }
        let start = self.segments.len();
        if self.eat('=') {
            self.segments(true)?;
        } else {
            self.segments.push(Segment::Single);
        }
        if !self.eat('}') {
            let message = if self.peek().is_none() {
                "`{` is never closed"
            } else {
                "expected `}`, `.` or `=`"
            };
            let at = if self.peek().is_none() { open } else { self.at };
            return Err(TemplateError { at, message });
        }
        if !matches!(self.peek(), None | Some('/' | ':')) {
            return self.fail("a variable is a whole segment");
        }
        self.variables.push(Variable { path, start, len: self.segments.len() - start });
        Ok(())
    }

    fn identifier(&mut self) -> Result<String> {
        let rest = self.rest();
        let end = rest.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let name = &rest[..end];
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return self.fail("expected the name of a field");
        }
        self.at += end;
        Ok(name.to_owned())
    }

    fn verb(&mut self) -> Result<Option<String>> {
        if !self.eat(':') {
            return if self.rest().is_empty() {
                Ok(None)
            } else {
                self.fail("expected `/`, `:` or the end")
            };
        }
        let start = self.at;
        let verb = self.rest();
        if verb.is_empty() {
            return self.fail("the verb is empty");
        }
        if let Some(mark) = verb.find(['/', '{', '}', '*']) {
            self.at += mark;
            return self.fail("the verb is the last thing in a template");
        }
        self.at = self.text.len();
        literal(verb, start).map(Some)
    }
}

/// Checks the characters of a literal that begins at `start`, and decodes its
/// percent-escapes.
fn literal(text: &str, start: usize) -> Result<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.as_bytes().get(at) {
        let fail = |message| Err(TemplateError { at: start + at, message });
        match byte {
            b'%' => {
                let digits = text
                    .get(at + 1..at + 3)
                    .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
                let Some(decoded) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok())
                else {
                    return fail("`%` is followed by two hexadecimal digits");
                };
                bytes.push(decoded);
                at += 3;
            }
            b'*' => return fail("a wildcard is a whole segment"),
            _ if byte.is_ascii_alphanumeric() || b"-._~!$&'()+,;=:@".contains(&byte) => {
                bytes.push(byte);
                at += 1;
            }
            _ => return fail("this character cannot stand in a path unescaped"),
        }
    }
    String::from_utf8(bytes)
        .map_err(|_| TemplateError { at: start, message: "the percent-escapes are not UTF-8" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        parse(text).expect_err(text).to_string()
    }

    #[test]
    fn a_verb_may_hold_colons() {
        assert_eq!(parse("/{name}:a:b").expect("valid").verb.as_deref(), Some("a:b"));
        assert_eq!(parse("/x:a:b").expect("valid").verb.as_deref(), Some("a:b"));
    }

    #[test]
    fn a_colon_before_the_last_segment_is_text() {
        let template = parse("/a:b/c").expect("valid");
        assert_eq!(template.segments[0], Segment::Literal("a:b".into()));
        assert_eq!(template.verb, None);
    }

    #[test]
    fn literals_are_decoded() {
        let template = parse("/l%69t/%C3%A9").expect("valid");
        assert_eq!(
            template.segments,
            [Segment::Literal("lit".into()), Segment::Literal("é".into())]
        );
        assert_eq!(error("/%zz"), "`%` is followed by two hexadecimal digits (at character 2)");
        assert_eq!(error("/%FF"), "the percent-escapes are not UTF-8 (at character 2)");
        assert_eq!(error("/é"), "this character cannot stand in a path unescaped (at character 2)");
    }

    #[test]
    fn messages_say_what_is_wrong_where() {
        assert_eq!(error("a"), "a path template begins with `/` (at character 1)");
        assert_eq!(error("/a/"), "a segment is empty (at character 4)");
        assert_eq!(error("/a/{x"), "`{` is never closed (at character 4)");
        assert_eq!(
            error("/a/{x=b:c}"),
            "a colon cannot stand inside a variable; the verb follows the last `}` (at character 8)"
        );
        assert_eq!(error("/{a=x/{b}}"), "a variable cannot hold another (at character 7)");
        assert_eq!(error("/a{x}"), "a variable is a whole segment (at character 3)");
        assert_eq!(error("/{x}a"), "a variable is a whole segment (at character 5)");
        assert_eq!(error("/**/{x=**}"), "`**` can stand only once (at character 8)");
        assert_eq!(error("/{x}:"), "the verb is empty (at character 6)");
        assert_eq!(error("/{}"), "expected the name of a field (at character 3)");
        assert_eq!(error("/a*"), "a wildcard is a whole segment (at character 3)");
    }
}

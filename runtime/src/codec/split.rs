//! Cuts a JSON byte stream into its documents before it is complete: lines of
//! NDJSON, the records of a sequence, or the elements of one array. It looks at
//! structure alone; whether a document is JSON at all is for the decoder to say.

use std::collections::VecDeque;

/// How documents follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// One a line; empty lines are none.
    Lines,
    /// Each behind a record separator (RFC 7464).
    Sequence,
    /// The elements of one array. With `or_one`, a body that is no array is one
    /// document, and an empty one none.
    Array { or_one: bool },
}

/// What is wrong with a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A document is longer than the limit.
    TooLong,
    /// The stream ends where there must be more.
    CutOff(&'static str),
    /// The structure is none of the framing.
    Malformed(&'static str),
}

/// Where in an array the input stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before the opening bracket.
    Start,
    /// At an element, or the closing bracket where none came yet.
    First,
    /// At an element after a comma, or within one.
    Element,
    /// After an element that its last byte has ended.
    After,
    /// In a body that is no array.
    Single,
    /// After the closing bracket.
    End,
}

/// The state between two pieces of input.
#[derive(Debug)]
pub(crate) struct Splitter {
    framing: Framing,
    limit: usize,
    ready: VecDeque<Vec<u8>>,
    fault: Option<Fault>,
    document: Vec<u8>,
    place: Place,
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Splitter {
    /// A splitter of documents of at most `limit` bytes.
    pub(crate) fn new(framing: Framing, limit: usize) -> Self {
        Self {
            framing,
            limit,
            ready: VecDeque::new(),
            fault: None,
            document: Vec::new(),
            place: Place::Start,
            depth: 0,
            in_string: false,
            escaped: false,
        }
    }

    /// The next document that is complete; `None` where more input is needed,
    /// and after the end of the input where there is no more.
    ///
    /// # Errors
    /// The stream is faulty behind all documents that came before.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        match (self.ready.pop_front(), self.fault) {
            (None, Some(fault)) => Err(fault),
            (document, _) => Ok(document),
        }
    }

    /// Takes input.
    pub(crate) fn push(&mut self, input: &[u8]) {
        if self.fault.is_none() {
            self.fault = self.split(input).err();
        }
    }

    /// Ends the input.
    pub(crate) fn finish(&mut self) {
        if self.fault.is_none() {
            self.fault = self.end().err();
        }
    }

    fn split(&mut self, input: &[u8]) -> Result<(), Fault> {
        match self.framing {
            Framing::Lines => self.separated(b'\n', input),
            Framing::Sequence => self.separated(RECORD, input),
            Framing::Array { .. } => input.iter().try_for_each(|byte| self.array_byte(*byte)),
        }
    }

    fn end(&mut self) -> Result<(), Fault> {
        match (self.framing, self.place) {
            (Framing::Lines | Framing::Sequence, _) | (_, Place::Single) => self.end_document(),
            (Framing::Array { or_one: true }, Place::Start) | (_, Place::End) => Ok(()),
            (_, Place::Start) => Err(Fault::CutOff("the JSON array is missing")),
            _ => Err(Fault::CutOff("the JSON array is not closed")),
        }
    }

    /// Documents between separators, which no JSON text has within it.
    fn separated(&mut self, separator: u8, input: &[u8]) -> Result<(), Fault> {
        let mut pieces = input.split(|byte| *byte == separator).peekable();
        while let Some(piece) = pieces.next() {
            self.keep(piece)?;
            if pieces.peek().is_some() {
                self.end_document()?;
            }
        }
        Ok(())
    }

    fn end_document(&mut self) -> Result<(), Fault> {
        let document = std::mem::take(&mut self.document);
        if document.trim_ascii().is_empty() {
            return Ok(());
        }
        if self.framing == Framing::Sequence && !is_whole(&document) {
            return Err(Fault::CutOff("a record of the JSON sequence is not complete"));
        }
        self.ready.push_back(document);
        Ok(())
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        if bytes.len() > self.limit - self.document.len() {
            return Err(Fault::TooLong);
        }
        self.document.extend_from_slice(bytes);
        Ok(())
    }

    fn array_byte(&mut self, byte: u8) -> Result<(), Fault> {
        let between = self.document.is_empty() && self.place != Place::Single;
        if between && byte.is_ascii_whitespace() {
            return Ok(());
        }
        match self.place {
            Place::Start if byte == b'[' => self.place = Place::First,
            Place::Start if self.framing == (Framing::Array { or_one: false }) => {
                return Err(Fault::Malformed("the body is no JSON array"));
            }
            Place::Start | Place::Single => {
                self.place = Place::Single;
                return self.keep(&[byte]);
            }
            Place::First if byte == b']' => self.place = Place::End,
            Place::First | Place::Element => return self.element_byte(byte),
            Place::After => return self.end_element(byte),
            Place::End => return Err(Fault::Malformed("there is more after the JSON array")),
        }
        Ok(())
    }

    fn element_byte(&mut self, byte: u8) -> Result<(), Fault> {
        self.place = Place::Element;
        if !self.in_string && self.depth == 0 && matches!(byte, b',' | b']') {
            if self.document.is_empty() {
                return Err(Fault::Malformed("an element of the JSON array is missing"));
            }
            self.end_document()?;
            return self.end_element(byte);
        }
        self.keep(&[byte])?;
        if self.in_string {
            self.in_string = self.escaped || byte != b'"';
            self.escaped = !self.escaped && byte == b'\\';
        } else {
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => return Ok(()),
            }
        }
        // The element is passed on before its comma comes, which may take long.
        if !self.in_string && self.depth == 0 {
            self.place = Place::After;
            return self.end_document();
        }
        Ok(())
    }

    fn end_element(&mut self, byte: u8) -> Result<(), Fault> {
        self.place = match byte {
            b',' => Place::Element,
            b']' => Place::End,
            _ => return Err(Fault::Malformed("two elements of the JSON array have no comma")),
        };
        Ok(())
    }
}

/// What begins a document of a sequence.
const RECORD: u8 = 0x1e;

/// Whether a record cannot be the first part of a longer one that is JSON too,
/// as `1` is of `12` (RFC 7464, 2.4).
fn is_whole(record: &[u8]) -> bool {
    let first = record.trim_ascii_start().first();
    let ended = record.last().is_some_and(u8::is_ascii_whitespace);
    ended || matches!(first, Some(b'{' | b'[' | b'"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENIENT: Framing = Framing::Array { or_one: true };
    const STRICT: Framing = Framing::Array { or_one: false };

    /// The documents of `text`, which arrives in pieces of `size` bytes, and
    /// what ends them.
    fn split(framing: Framing, text: &str, size: usize) -> (Vec<String>, Option<Fault>) {
        let mut splitter = Splitter::new(framing, 20);
        text.as_bytes().chunks(size).for_each(|piece| splitter.push(piece));
        splitter.finish();
        let mut out = Vec::new();
        loop {
            match splitter.next() {
                Ok(Some(own)) => out.push(String::from_utf8(own).unwrap().trim().to_owned()),
                Ok(None) => return (out, None),
                Err(fault) => return (out, Some(fault)),
            }
        }
    }

    #[track_caller]
    fn assert_split(framing: Framing, text: &str, expected: &[&str]) {
        for size in 1..=text.len().max(1) {
            let (found, fault) = split(framing, text, size);
            assert_eq!(found, expected, "{text} in pieces of {size}");
            assert_eq!(fault, None, "{text} in pieces of {size}");
        }
    }

    #[test]
    fn lines_are_documents_wherever_the_input_is_cut() {
        assert_split(Framing::Lines, "{\"a\":1}\r\n\n{\"a\":2}", &["{\"a\":1}", "{\"a\":2}"]);
    }

    #[test]
    fn records_are_documents_wherever_the_input_is_cut() {
        let text = "\u{1e}{\"a\":\n1}\n\u{1e}\u{1e}2\n\u{1e}[3]";
        assert_split(Framing::Sequence, text, &["{\"a\":\n1}", "2", "[3]"]);
        assert_split(Framing::Sequence, "", &[]);
    }

    #[test]
    fn a_record_that_may_be_half_a_number_is_cut_off() {
        for text in ["\u{1e}1\n\u{1e}2", "\u{1e}1\n\u{1e}2\u{1e}3\n"] {
            let (found, fault) = split(Framing::Sequence, text, 1);
            assert_eq!(found, ["1"]);
            assert!(matches!(fault, Some(Fault::CutOff(_))), "{fault:?}");
        }
    }

    #[test]
    fn array_elements_are_documents_wherever_the_input_is_cut() {
        let text = r#" [ {"a":"],\"}"} , [1,[2]], "x\\", 3 ,4] "#;
        let expected = [r#"{"a":"],\"}"}"#, "[1,[2]]", r#""x\\""#, "3", "4"];
        assert_split(LENIENT, text, &expected);
        assert_split(STRICT, text, &expected);
        assert_split(STRICT, "[]", &[]);
    }

    #[test]
    fn an_element_is_passed_on_before_its_comma() {
        let mut splitter = Splitter::new(STRICT, 20);
        splitter.push(b"[{\"a\":1}");
        assert_eq!(splitter.next(), Ok(Some(b"{\"a\":1}".to_vec())));
        assert_eq!(splitter.next(), Ok(None));
    }

    #[test]
    fn a_body_that_is_no_array_is_one_document_where_that_is_allowed() {
        assert_split(LENIENT, " {\"a\": [1]} ", &["{\"a\": [1]}"]);
        assert_split(LENIENT, "", &[]);
        for (text, cut_off) in [("{\"a\":1}", false), ("", true)] {
            let (found, fault) = split(STRICT, text, 1);
            assert!(found.is_empty());
            assert_eq!(matches!(fault, Some(Fault::CutOff(_))), cut_off, "{fault:?}");
        }
    }

    #[test]
    fn an_array_that_breaks_off_is_an_error_after_its_elements() {
        for text in ["[1,{}", "[1,{},", "[1,{},{", "[1,{},\"a]"] {
            let (found, fault) = split(STRICT, text, 2);
            assert_eq!(found, ["1", "{}"], "{text}");
            assert!(matches!(fault, Some(Fault::CutOff(_))), "{text}: {fault:?}");
        }
    }

    #[test]
    fn a_malformed_array_is_refused() {
        for bad in ["[1,]", "[,1]", "[1]2", "[{} {}]", "[\"a\"1]"] {
            let (_, fault) = split(LENIENT, bad, 2);
            assert!(matches!(fault, Some(Fault::Malformed(_))), "{bad}: {fault:?}");
        }
    }

    #[test]
    fn a_document_over_the_limit_is_refused() {
        for framing in [Framing::Lines, Framing::Sequence, LENIENT] {
            assert_ne!(split(framing, &"x".repeat(20), 5).1, Some(Fault::TooLong));
            assert_eq!(split(framing, &"x".repeat(21), 5).1, Some(Fault::TooLong));
        }
    }
}

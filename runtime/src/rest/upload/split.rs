//! Cuts a JSON byte stream into its documents before it is complete: lines of
//! NDJSON, or the elements of one array. It looks at structure alone; whether
//! a document is JSON at all is for the decoder to say.

use std::collections::VecDeque;

use crate::Status;

/// How documents follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// One a line; empty lines are none.
    Lines,
    /// The elements of one array. A body that is no array is one document.
    Array,
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
    /// In a body that is no array.
    Single,
    /// After the closing bracket.
    End,
}

/// The state between two pieces of input.
#[derive(Debug)]
pub(super) struct Splitter {
    framing: Framing,
    limit: usize,
    document: Vec<u8>,
    place: Place,
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Splitter {
    /// A splitter of documents of at most `limit` bytes.
    pub(super) fn new(framing: Framing, limit: usize) -> Self {
        Self {
            framing,
            limit,
            document: Vec::new(),
            place: Place::Start,
            depth: 0,
            in_string: false,
            escaped: false,
        }
    }

    /// Takes input and appends the documents that it completes.
    ///
    /// # Errors
    /// A document is too long, or the array is malformed.
    pub(super) fn push(&mut self, input: &[u8], out: &mut VecDeque<Vec<u8>>) -> Result<(), Status> {
        for &byte in input {
            match self.framing {
                Framing::Lines if byte == b'\n' => self.end_line(out),
                Framing::Lines => self.keep(byte)?,
                Framing::Array => self.array_byte(byte, out)?,
            }
        }
        Ok(())
    }

    /// Ends the input.
    ///
    /// # Errors
    /// The array is not closed.
    pub(super) fn finish(&mut self, out: &mut VecDeque<Vec<u8>>) -> Result<(), Status> {
        match (self.framing, self.place) {
            (Framing::Lines, _) | (_, Place::Single) => {
                self.end_line(out);
                Ok(())
            }
            (_, Place::Start | Place::End) => Ok(()),
            (_, Place::First | Place::Element) => Err(malformed("the JSON array is not closed")),
        }
    }

    fn end_line(&mut self, out: &mut VecDeque<Vec<u8>>) {
        let document = std::mem::take(&mut self.document);
        if !document.trim_ascii().is_empty() {
            out.push_back(document);
        }
    }

    fn keep(&mut self, byte: u8) -> Result<(), Status> {
        if self.document.len() == self.limit {
            let text = format!("a message of the stream is longer than {} bytes", self.limit);
            return Err(Status::out_of_range(text));
        }
        self.document.push(byte);
        Ok(())
    }

    fn array_byte(&mut self, byte: u8, out: &mut VecDeque<Vec<u8>>) -> Result<(), Status> {
        match self.place {
            Place::Start | Place::First | Place::End if byte.is_ascii_whitespace() => Ok(()),
            Place::Start if byte == b'[' => {
                self.place = Place::First;
                Ok(())
            }
            Place::Start => {
                self.place = Place::Single;
                self.keep(byte)
            }
            Place::First if byte == b']' => {
                self.place = Place::End;
                Ok(())
            }
            Place::First | Place::Element => {
                self.place = Place::Element;
                self.element_byte(byte, out)
            }
            Place::Single => self.keep(byte),
            Place::End => Err(malformed("there is more after the JSON array")),
        }
    }

    fn element_byte(&mut self, byte: u8, out: &mut VecDeque<Vec<u8>>) -> Result<(), Status> {
        if self.in_string {
            self.in_string = self.escaped || byte != b'"';
            self.escaped = !self.escaped && byte == b'\\';
            return self.keep(byte);
        }
        match byte {
            b',' | b']' if self.depth == 0 => {
                if self.document.trim_ascii().is_empty() {
                    return Err(malformed("an element of the JSON array is missing"));
                }
                self.end_line(out);
                self.place = if byte == b',' { Place::Element } else { Place::End };
                return Ok(());
            }
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.keep(byte)
    }
}

fn malformed(fault: &'static str) -> Status {
    Status::invalid_argument(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The documents of `text`, which arrives in pieces of `size` bytes.
    fn split(framing: Framing, text: &str, size: usize) -> Result<Vec<String>, Status> {
        let mut splitter = Splitter::new(framing, 20);
        let mut out = VecDeque::new();
        for piece in text.as_bytes().chunks(size) {
            splitter.push(piece, &mut out)?;
        }
        splitter.finish(&mut out)?;
        Ok(out.into_iter().map(|own| String::from_utf8(own).unwrap().trim().to_owned()).collect())
    }

    #[test]
    fn lines_are_documents_wherever_the_input_is_cut() {
        for size in 1..30 {
            let found = split(Framing::Lines, "{\"a\":1}\r\n\n{\"a\":2}", size).unwrap();
            assert_eq!(found, ["{\"a\":1}", "{\"a\":2}"]);
        }
    }

    #[test]
    fn array_elements_are_documents_wherever_the_input_is_cut() {
        let text = r#" [ {"a":"],\"}"} , [1,[2]], "x\\", 3 ] "#;
        for size in 1..40 {
            let found = split(Framing::Array, text, size).unwrap();
            assert_eq!(found, [r#"{"a":"],\"}"}"#, "[1,[2]]", r#""x\\""#, "3"]);
        }
    }

    #[test]
    fn a_body_that_is_no_array_is_one_document() {
        assert_eq!(split(Framing::Array, " {\"a\":[1]} ", 3).unwrap(), ["{\"a\":[1]}"]);
        assert!(split(Framing::Array, "", 1).unwrap().is_empty());
        assert!(split(Framing::Array, "[]", 1).unwrap().is_empty());
    }

    #[test]
    fn a_malformed_array_is_refused() {
        for bad in ["[1", "[1,]", "[,1]", "[1]2", "[{]", "[\"a]", "["] {
            assert!(split(Framing::Array, bad, 2).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_document_over_the_limit_is_refused() {
        let text = "x".repeat(21);
        assert_eq!(split(Framing::Lines, &text, 5).unwrap_err().code(), crate::Code::OutOfRange);
    }
}

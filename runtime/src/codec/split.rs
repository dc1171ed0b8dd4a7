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

/// A place in a stream: the number of the line, from 1, and how many bytes of it
/// come before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Spot {
    /// The line and column of what stands at these in a text that begins here.
    #[cfg(feature = "rest")]
    pub(crate) fn of(self, line: usize, column: usize) -> (usize, usize) {
        if line == 1 { (self.line, self.column + column) } else { (self.line + line - 1, column) }
    }

    /// Moves behind bytes without line ends.
    fn pass(&mut self, bytes: usize) {
        self.column += bytes;
    }

    fn pass_line_end(&mut self) {
        *self = Self { line: self.line + 1, column: 0 };
    }
}

/// A document of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) text: Vec<u8>,
    /// Which one it is, from 0; `None` where it is the whole body.
    pub(crate) index: Option<usize>,
    /// Where it begins.
    pub(crate) start: Spot,
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
    ready: VecDeque<Document>,
    fault: Option<Fault>,
    /// Where the input stands, or the fault.
    spot: Spot,
    count: usize,
    document: Vec<u8>,
    /// Where the document begins.
    start: Spot,
    place: Place,
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Splitter {
    /// A splitter of documents of at most `limit` bytes.
    pub(crate) fn new(framing: Framing, limit: usize) -> Self {
        let spot = Spot { line: 1, column: 0 };
        Self {
            framing,
            limit,
            ready: VecDeque::new(),
            fault: None,
            spot,
            count: 0,
            document: Vec::new(),
            start: spot,
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
    pub(crate) fn next(&mut self) -> Result<Option<Document>, Fault> {
        match (self.ready.pop_front(), self.fault) {
            (None, Some(fault)) => Err(fault),
            (document, _) => Ok(document),
        }
    }

    /// Where the fault is that ends the stream.
    #[cfg(feature = "rest")]
    pub(crate) fn spot(&self) -> Spot {
        self.spot
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
            Framing::Array { .. } => input.iter().try_for_each(|byte| {
                self.array_byte(*byte)?;
                match byte {
                    b'\n' => self.spot.pass_line_end(),
                    _ => self.spot.pass(1),
                }
                Ok(())
            }),
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
            self.pass_record(piece);
            if pieces.peek().is_some() {
                self.end_document()?;
                match self.framing {
                    Framing::Lines => self.spot.pass_line_end(),
                    _ => self.spot.pass(1),
                }
            }
        }
        Ok(())
    }

    /// Moves behind a piece between separators. Those of a sequence are no line
    /// ends, which its documents may have within them.
    fn pass_record(&mut self, piece: &[u8]) {
        if self.framing == Framing::Lines {
            return self.spot.pass(piece.len());
        }
        let mut lines = piece.split(|byte| *byte == b'\n');
        self.spot.pass(lines.next().unwrap_or_default().len());
        for line in lines {
            self.spot.pass_line_end();
            self.spot.pass(line.len());
        }
    }

    fn end_document(&mut self) -> Result<(), Fault> {
        let document = std::mem::take(&mut self.document);
        if document.trim_ascii().is_empty() {
            return Ok(());
        }
        if self.framing == Framing::Sequence && !is_whole(&document) {
            return Err(Fault::CutOff("a record of the JSON sequence is not complete"));
        }
        let index = (self.place != Place::Single).then_some(self.count);
        self.count += 1;
        self.ready.push_back(Document { text: document, index, start: self.start });
        Ok(())
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        if bytes.len() > self.limit - self.document.len() {
            return Err(Fault::TooLong);
        }
        if self.document.is_empty() {
            self.start = self.spot;
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
mod tests;

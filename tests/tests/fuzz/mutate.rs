//! Mutations of bytes: small edits, and parts of one input inside another.

use fastrand::Rng;

/// Makes new inputs from old ones.
pub(crate) struct Mutator<'a> {
    random: Rng,
    corpus: &'a [&'a [u8]],
}

impl<'a> Mutator<'a> {
    pub(crate) fn new(seed: u64, corpus: &'a [&'a [u8]]) -> Self {
        Self { random: Rng::with_seed(seed), corpus }
    }

    pub(crate) fn next(&mut self) -> Vec<u8> {
        let mut bytes = self.pick().to_vec();
        for _ in 0..self.random.usize(1..6) {
            self.edit(&mut bytes);
        }
        bytes
    }

    fn pick(&mut self) -> &'a [u8] {
        self.corpus[self.random.usize(..self.corpus.len())]
    }

    fn edit(&mut self, bytes: &mut Vec<u8>) {
        let range = self.range(bytes.len());
        match self.random.u8(..6) {
            0 => bytes.drain(range).for_each(drop),
            1 => {
                let copy = bytes[range].to_vec();
                let at = self.random.usize(..=bytes.len());
                bytes.splice(at..at, copy);
            }
            2 => {
                let other = self.pick();
                let part = self.range(other.len());
                bytes.splice(range, other[part].iter().copied());
            }
            3 => bytes
                .splice(
                    range.start..range.start,
                    INTERESTING[self.random.usize(..INTERESTING.len())].bytes(),
                )
                .for_each(drop),
            4 => bytes
                .splice(range, INTERESTING[self.random.usize(..INTERESTING.len())].bytes())
                .for_each(drop),
            _ => {
                if let Some(byte) = bytes.get_mut(range.start) {
                    *byte = self.random.u8(..);
                }
            }
        }
    }

    /// A range in `0..len`, mostly short.
    fn range(&mut self, len: usize) -> std::ops::Range<usize> {
        let start = self.random.usize(..=len);
        let length = self.random.usize(..=24).min(len - start);
        start..start + length
    }
}

const INTERESTING: &[&str] = &[
    "",
    "0",
    "-1",
    "1e400",
    "9223372036854775808",
    "18446744073709551616",
    "-0.0",
    "NaN",
    "null",
    "\"",
    "\\",
    "\\ud800",
    "\u{0}",
    "é",
    "{",
    "}",
    "[",
    "]",
    "[[[[[[[[[[[[[[[[",
    "{\"a\":",
    ":",
    ",",
    "%",
    "%2F",
    "%zz",
    "/",
    "//",
    "..",
    "*",
    "**",
    "?",
    "&",
    "=",
    "#",
    ".",
    ";",
    "\n",
    "//",
    "/*",
    "reserved 1 to max;",
    "extensions 1 to 5;",
    "oneof o {",
    "map<string, string> m = 1;",
    "repeated ",
    "optional ",
    "required ",
    "group G = 3 {",
    "message M {",
    "enum E {",
    "rpc R(",
    "stream ",
    "import \"google/api/annotations.proto\";",
    "option (google.api.http) = { get: \"/{a=**}\" };",
    "option (agentgen.v1.method).queue.subject = \"a..b\";",
    "self",
    "Self",
    "type",
    "536870911",
    "19000",
];

//! No text makes the front end panic: contracts are damaged at random, from a
//! fixed seed.

use std::panic;

use agentgen_codegen::diagnostic::render;
use agentgen_codegen::{contract, source};
use fastrand::Rng;

const TEXTS: &[&str] = &[
    include_str!("protos/options.proto"),
    include_str!("protos/names.proto"),
    include_str!("protos/groups.proto"),
];

/// What damage inserts: marks, keywords and values that change the meaning.
const PIECES: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "<",
    ">",
    "[",
    "]",
    ";",
    "=",
    "\"",
    "'",
    ".",
    "..",
    ",",
    "-",
    "/*",
    "*/",
    "//",
    "\\",
    "\0",
    "é",
    "😀",
    "\u{feff}",
    "stream",
    "repeated",
    "optional",
    "required",
    "oneof x",
    "map<string, Request>",
    "group G = 99",
    "message",
    "enum",
    "service",
    "rpc",
    "option",
    "import",
    "edition = \"2023\";",
    "_",
    "__",
    "0",
    "-1",
    "18446744073709551616",
    "1e400",
    "nan",
    "inf",
    "\"/{x}/**/{y=**}\"",
    "\"%zz\"",
    "\"\"",
    "{ seconds: -5 }",
    "google.protobuf.Any",
    "google.protobuf.Empty",
    "Self",
    "self",
    "reserved \"id\";",
    "extensions 5 to max;",
    "additional_bindings { get: \"/x\" }",
    "import \"a.proto\";",
    "import \"google/protobuf/descriptor.proto\";",
];

fn damage(text: &str, random: &mut Rng) -> String {
    let mut text = text.to_owned();
    for _ in 0..random.usize(1..4) {
        let (from, to) = (boundary(&text, random), boundary(&text, random));
        let (from, to) = (from.min(to), from.max(to).min(from.min(to) + 40));
        let to = (0..=to).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(from).max(from);
        match random.u8(0..5) {
            0 => text.replace_range(from..to, ""),
            1 => text.insert_str(from, PIECES[random.usize(..PIECES.len())]),
            2 => text.replace_range(from..to, PIECES[random.usize(..PIECES.len())]),
            3 => {
                let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
                let (a, b) =
                    (&words[random.usize(..words.len())], &words[random.usize(..words.len())]);
                text = text.replacen(a.as_str(), b, 1);
            }
            _ => {
                let piece = text[from..to].to_owned();
                let at = boundary(&text, random);
                text.insert_str(at, &piece);
            }
        }
    }
    text
}

fn boundary(text: &str, random: &mut Rng) -> usize {
    let at = random.usize(..=text.len());
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn read(text: &str) -> bool {
    match source::from_texts([("a.proto", text)]) {
        Ok(sources) => {
            let (_, diagnostics) = contract::lower(&sources);
            render(&diagnostics, &|file| sources.texts().get(file), false);
            true
        }
        Err(error) => {
            assert!(!error.diagnostics.is_empty());
            render(&error.diagnostics, &|file| error.texts.get(file), true);
            false
        }
    }
}

#[test]
fn damaged_contracts_are_findings_and_never_panics() {
    let mut random = Rng::with_seed(20_261_121);
    let mut compiled = 0;
    for round in 0..1200 {
        let text = damage(TEXTS[round % TEXTS.len()], &mut random);
        let good = panic::catch_unwind(|| read(&text));
        assert!(good.is_ok(), "round {round} panics on:\n{text}");
        compiled += usize::from(good.unwrap_or_default());
    }
    // Damage that nothing survives would test the parser alone.
    assert!(compiled > 60, "{compiled} of 1200 still compile");
}

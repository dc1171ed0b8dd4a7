//! Pairs of small files, written down in `corpus/*.txt`:
//!
//! ```text
//! ## name-of-the-pair
//! --- old proto3
//! message A {}
//! --- new proto3
//! message B {}
//! ```
//!
//! A part is `SIDE [FILE] HEAD`: the side is `old`, `new` or `both`; the file is
//! `a.proto` unless named; the head is a syntax or an edition, which writes that
//! line and the package, or `raw`, which writes nothing. `PKG` stands for the
//! pair's package and `DIR` for its folder: all pairs are compared in one run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub(super) struct Corpus {
    pairs: Vec<Pair>,
}

struct Pair {
    name: String,
    old: BTreeMap<String, String>,
    new: BTreeMap<String, String>,
}

impl Corpus {
    pub(super) fn read() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compat/anchor/corpus");
        let entries = fs::read_dir(&folder).expect("the folder of the corpus");
        let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
        files.sort();
        let texts = files.iter().map(|file| fs::read_to_string(file).expect("a text"));
        let pairs: Vec<_> = texts.flat_map(|text| pairs(&text)).collect();
        Self { pairs }
    }

    pub(super) fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Writes both sides, a folder each.
    pub(super) fn write(&self, folder: &Path) -> (PathBuf, PathBuf) {
        self.write_some(folder, |_| true)
    }

    /// Writes both sides of the pairs whose texts are all accepted.
    pub(super) fn write_some(
        &self,
        folder: &Path,
        accept: impl Fn(&str) -> bool,
    ) -> (PathBuf, PathBuf) {
        let (old, new) = (folder.join("old"), folder.join("new"));
        let texts = |pair: &Pair| pair.old.values().chain(pair.new.values()).cloned().collect();
        let wanted = |pair: &&Pair| -> bool {
            let texts: Vec<String> = texts(pair);
            texts.iter().all(|text| accept(text))
        };
        for pair in self.pairs.iter().filter(wanted) {
            for (root, files) in [(&old, &pair.old), (&new, &pair.new)] {
                for (file, text) in files {
                    let path = root.join(&pair.name).join(file);
                    fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
                    fs::write(path, text).expect("the file is written");
                }
            }
        }
        (old, new)
    }
}

fn pairs(text: &str) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    for section in text.split("\n## ").skip(1) {
        let mut parts = section.split("\n--- ");
        let name = parts.next().expect("a name").trim().to_owned();
        let mut pair = Pair { name, old: BTreeMap::new(), new: BTreeMap::new() };
        for part in parts {
            let (head, body) = part.split_once('\n').unwrap_or((part, ""));
            pair.add(head, body);
        }
        pairs.push(pair);
    }
    pairs
}

impl Pair {
    fn add(&mut self, head: &str, body: &str) {
        let words: Vec<_> = head.split_whitespace().collect();
        let (side, file, head) = match words[..] {
            [side, head] => (side, "a.proto", head),
            [side, file, head] => (side, file, head),
            _ => panic!("{}: `{head}` is no part", self.name),
        };
        let first_line = match head {
            "raw" => String::new(),
            "2023" | "2024" => format!("edition = \"{head}\"; package PKG;"),
            syntax => format!("syntax = \"{syntax}\"; package PKG;"),
        };
        let package = self.name.replace('-', "_");
        let text = format!("{first_line}\n{body}\n");
        let text = text.replace("PKG", &package).replace("DIR", &self.name);
        if side != "new" {
            self.old.insert(file.to_owned(), text.clone());
        }
        if side != "old" {
            self.new.insert(file.to_owned(), text);
        }
    }
}

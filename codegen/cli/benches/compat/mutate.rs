//! Changes that break: fields removed, renamed, given another type.

use std::fs;
use std::path::{Path, PathBuf};

use fastrand::Rng;

/// Changes some fields in each of this many files of a tree, always the same.
pub(crate) fn mutate(files: &[PathBuf], count: usize) {
    let mut random = Rng::with_seed(20_261_121);
    let mut files: Vec<_> = files.iter().filter(|file| !imported_by_all(file)).collect();
    random.shuffle(&mut files);
    let mut changed = 0;
    for file in files {
        let text = fs::read_to_string(file).expect("it was copied");
        if let Some(text) = mutated(&text, &mut random) {
            fs::write(file, text).expect("it can be written");
            changed += 1;
        }
        if changed == count {
            return;
        }
    }
    panic!("only {changed} files can be changed");
}

/// Changes the file that `google/api/annotations.proto` imports, and with it
/// all that nearly every file depends on.
pub(crate) fn mutate_common(tree: &Path) {
    let file = tree.join("google/api/http.proto");
    let text = fs::read_to_string(&file).expect("the tree has it");
    let field = "bool fully_decode_reserved_expansion = 2;";
    assert!(text.contains(field));
    fs::write(file, text.replace(field, "string renamed = 2;")).expect("it can be written");
}

fn imported_by_all(file: &Path) -> bool {
    let text = file.to_string_lossy();
    text.contains("google/api/") || text.contains("google/protobuf/")
}

/// The text with a tenth of its plain fields changed, one at least; `None`
/// where it has none.
fn mutated(text: &str, random: &mut Rng) -> Option<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut fields: Vec<usize> = fields(&lines);
    random.shuffle(&mut fields);
    fields.truncate(fields.len().div_ceil(10));
    for &field in &fields {
        lines[field] = changed(&lines[field], random);
    }
    (!fields.is_empty()).then(|| lines.join("\n") + "\n")
}

/// The lines that are a whole `string name = 1;` outside oneofs, which must
/// not become empty.
fn fields(lines: &[String]) -> Vec<usize> {
    let (mut blocks, mut found) = (Vec::new(), Vec::new());
    for (at, line) in lines.iter().enumerate() {
        let code = line.split("//").next().unwrap_or_default().trim();
        for opened in code.matches(['{', '}']) {
            if opened == "{" {
                blocks.push(code.starts_with("message"));
            } else {
                blocks.pop();
            }
        }
        if blocks.last() == Some(&true) && is_field(code) {
            found.push(at);
        }
    }
    found
}

fn is_field(code: &str) -> bool {
    let words: Vec<_> = code.trim_end_matches(';').split(' ').collect();
    let plain = |kind: &str| matches!(kind, "string" | "int32" | "int64" | "bool");
    code.ends_with(';') && matches!(*words, [kind, _, "=", _] if plain(kind))
}

fn changed(line: &str, random: &mut Rng) -> String {
    match random.u8(0..3) {
        0 => String::new(),
        1 => line.replace(" = ", "_renamed = "),
        _ => {
            let indent = line.len() - line.trim_start().len();
            let (kind, rest) = line.trim_start().split_once(' ').unwrap_or((line, ""));
            let other = if kind == "string" { "int64" } else { "string" };
            format!("{}{other} {rest}", " ".repeat(indent))
        }
    }
}

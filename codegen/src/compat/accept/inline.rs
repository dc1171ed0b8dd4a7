//! Acceptances in comments of the new side: `// agentgen:allow RULE reason`.

use std::cell::Cell;
use std::collections::HashMap;

use prost::Message as _;
use prost_types::source_code_info::Location;

use crate::compat::finding::Finding;
use crate::compat::schema::{FileId, Schema};
use crate::descriptor::Fields;

/// What an acceptance starts with.
const MARK: &str = "agentgen:allow";

/// One acceptance.
#[derive(Clone, Debug)]
pub(in crate::compat) struct Allow {
    /// The rule, as written.
    pub(in crate::compat) rule: String,
    /// Why; empty where nothing is said.
    pub(in crate::compat) reason: String,
    /// The file.
    pub(in crate::compat) file: FileId,
    /// The descriptor path of what it stands beside; empty for the file.
    pub(in crate::compat) path: Vec<i32>,
    /// Whether it accepted something.
    pub(in crate::compat) used: Cell<bool>,
}

/// Every acceptance of a side.
#[derive(Debug, Default)]
pub(in crate::compat) struct Allows {
    all: Vec<Allow>,
    by_place: HashMap<(FileId, Vec<i32>), Vec<usize>>,
}

impl Allows {
    /// Reads the comments of a side.
    pub(in crate::compat) fn read(schema: &Schema<'_>) -> Self {
        let mut allows = Self::default();
        for (index, file) in schema.files.iter().enumerate() {
            if contains(file.source_info, MARK.as_bytes()) {
                allows.file(FileId(index), file.source_info);
            }
        }
        allows
    }

    fn file(&mut self, file: FileId, source_info: &[u8]) {
        for location in Fields::new(source_info).flatten().filter(|field| field.0 == 1) {
            let encoded = location.1.bytes().unwrap_or_default();
            let Ok(location) = Location::decode(encoded) else { continue };
            let path = declaration(&location.path);
            let comments = [location.leading_comments(), location.trailing_comments()];
            for (rule, reason) in comments.into_iter().flat_map(allowed) {
                let at = self.by_place.entry((file, path.clone())).or_default();
                at.push(self.all.len());
                let used = Cell::new(false);
                self.all.push(Allow { rule, reason, file, path: path.clone(), used });
            }
        }
    }

    /// The acceptance of a finding: the one beside the element, or beside what
    /// is left around it. One without a reason accepts nothing.
    pub(in crate::compat) fn accepting(&self, finding: &Finding) -> Option<&Allow> {
        let place = finding.new.as_ref()?;
        let at = self.by_place.get(&(place.file, declaration(&place.path)))?;
        let mut found = at.iter().map(|&index| &self.all[index]);
        let allow = found.find(|allow| allow.rule == finding.rule && !allow.reason.is_empty())?;
        allow.used.set(true);
        Some(allow)
    }

    /// Every acceptance, in the order of files.
    pub(in crate::compat) fn iter(&self) -> impl Iterator<Item = &Allow> {
        self.all.iter()
    }
}

fn contains(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}

/// The rules and reasons in a comment, one a line.
fn allowed(comment: &str) -> Vec<(String, String)> {
    let lines = comment.lines().filter_map(|line| {
        let line = line.trim_start_matches([' ', '\t', '*', '/']);
        let rest = line.strip_prefix(MARK)?;
        if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
            return None;
        }
        let (rule, reason) =
            rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
        Some((rule.to_owned(), reason.trim().to_owned()))
    });
    lines.collect()
}

/// The path of the declaration that a path lies in: a type or a name of a
/// field belongs to the field. Empty for what belongs to the file itself.
fn declaration(path: &[i32]) -> Vec<i32> {
    /// What declares other things.
    #[derive(Clone, Copy)]
    enum Scope {
        File,
        Message,
        Enum,
        Service,
        Leaf,
    }
    let mut scope = Scope::File;
    let mut length = 0;
    for step in path.chunks_exact(2) {
        scope = match (scope, step[0]) {
            (Scope::File, 4) | (Scope::Message, 3) => Scope::Message,
            (Scope::File, 5) | (Scope::Message, 4) => Scope::Enum,
            (Scope::File, 6) => Scope::Service,
            (Scope::File, 7) | (Scope::Message, 2 | 6 | 8) | (Scope::Enum | Scope::Service, 2) => {
                Scope::Leaf
            }
            _ => break,
        };
        length += 2;
    }
    path[..length].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_comment_names_a_rule_and_a_reason() {
        let comment =
            " Text.\n agentgen:allow field-removed nobody reads it\n * agentgen:allow x\n";
        let pair = |rule: &str, reason: &str| (rule.to_owned(), reason.to_owned());
        assert_eq!(allowed(comment), [pair("field-removed", "nobody reads it"), pair("x", "")]);
        assert_eq!(allowed("agentgen:allow"), [pair("", "")]);
        assert_eq!(allowed("agentgen:allowed x y"), []);
        assert_eq!(allowed("see agentgen:allow x y"), []);
    }

    #[test]
    fn what_lies_inside_a_declaration_belongs_to_it() {
        for (path, expected) in [
            (&[4, 0, 2, 1, 5][..], &[4, 0, 2, 1][..]),
            (&[4, 0, 3, 2, 2, 0, 8, 1052], &[4, 0, 3, 2, 2, 0]),
            (&[6, 0, 2, 3, 4, 72_295_728], &[6, 0, 2, 3]),
            (&[4, 0, 9, 0], &[4, 0]),
            (&[5, 1, 2, 0, 2], &[5, 1, 2, 0]),
            (&[8, 11], &[]),
            (&[2], &[]),
        ] {
            assert_eq!(declaration(path), expected, "{path:?}");
        }
    }
}

//! `buf.validate`: what the rules of a field, a message and a oneof accept.
//!
//! Rules are read as sets of values, so that `gte: 1` and `gt: 0` are one and
//! `in: [1, 2]` lies within `lt: 3`. What only an evaluation understands,
//! patterns and CEL expressions, is compared by its text.

mod accepted;
mod range;
mod read;
mod roles;
mod scalar;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use accepted::{Accepted, Answer};

use super::encoded::Encoded;
use super::standard::Element;

/// `buf.validate.field`, `.message` and `.oneof`
pub const VALIDATE: u32 = 1159;

/// What rules accept, and how they read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules<'a> {
    /// The values that are accepted.
    pub accepted: Accepted<'a>,
    /// The rules by name, each with its value as a contract writes it.
    pub texts: BTreeMap<String, String>,
}

/// The rules in the options of a field; `declared` are the numbers of its
/// enum, if it has one.
pub fn field_rules<'a>(field_options: &'a [u8], declared: &BTreeSet<i128>) -> Rules<'a> {
    let Some(rules) = Encoded::new(field_options).message_if_set(VALIDATE) else {
        return Rules::default();
    };
    let mut texts = BTreeMap::new();
    let accepted = read::accepted(&rules, declared, &mut texts);
    Rules { accepted, texts }
}

/// The rules in the options of a message: expressions, and which of several
/// fields may be set together.
pub fn message_rules(message_options: &[u8]) -> Rules<'_> {
    let rules = Encoded::new(message_options).message(VALIDATE);
    let mut texts = BTreeMap::new();
    let mut accepted = Accepted::default();
    let mut state = |sort, conditions: BTreeSet<String>| {
        if !conditions.is_empty() {
            accepted.opaque.insert(sort, conditions);
        }
    };
    state("cel", read::expressions(&rules, (3, 5), "", &mut texts));
    let oneofs = rules.messages(4).into_iter().map(|oneof| {
        let fields = oneof.texts(1).join(", ");
        let required = if oneof.flag(2) { "exactly one" } else { "at most one" };
        texts.insert(format!("oneof[{fields}]"), required.to_owned());
        format!("{required} of {fields}")
    });
    let oneofs = oneofs.collect();
    state("oneof", oneofs);
    Rules { accepted, texts }
}

/// Whether the options of a field or of a oneof say `required`, and the field
/// is not ignored.
pub fn is_required(element: Element, options: &[u8]) -> bool {
    let rules = Encoded::new(options).message(VALIDATE);
    match element {
        Element::Field => rules.flag(25) && rules.int32(27) != Some(3),
        _ => rules.flag(1),
    }
}

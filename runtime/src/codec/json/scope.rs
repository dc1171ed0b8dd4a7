//! What is passed down while one document is read or written: options, the
//! depth, and the place where a fault's path is gathered on the way back up.

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;

use serde::{de, ser};

use super::fault::shortened;
use super::{Options, Types};
use crate::codec::{MessageType, wkt};

/// The most steps of a path that are shown at either end of it.
const SHOWN: usize = 10;

/// Where the codec stands in a document.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    session: &'a Session,
    depth: usize,
}

/// One run of the codec over one document.
#[derive(Debug)]
pub(crate) struct Session {
    options: Options,
    form: Form,
    /// Whether integers have to be read from their text.
    inexact: Cell<bool>,
    /// The address behind the value that is at fault, where the reader has gone on
    /// since.
    end: Cell<Option<usize>>,
    /// The steps to the fault, innermost first. Filled only once something has
    /// failed, so that documents without a fault pay nothing.
    trace: RefCell<Vec<Step>>,
}

/// What a document is read from or written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// JSON text, by this crate: parts of it can be passed on as they stand.
    Text,
    /// The same text once more, since integers in it may have been rounded.
    Exact,
    /// A format of somebody else.
    Foreign,
}

#[derive(Debug)]
enum Step {
    Field(&'static str),
    Index(usize),
    Key(String),
    /// The path inside a nested document, which an `Any` holds.
    Nested(String),
}

impl Session {
    /// A run over a root message whose contract has these types.
    pub(crate) fn new(options: Options, types: Types, form: Form) -> Self {
        let types = if types.is_empty() { options.types } else { types };
        Self {
            options: Options { types, ..options },
            form,
            inexact: Cell::default(),
            end: Cell::default(),
            trace: RefCell::default(),
        }
    }

    /// Whether a number was met that may have been rounded: what was read is of no
    /// use.
    pub(crate) fn is_inexact(&self) -> bool {
        self.inexact.get()
    }

    /// How much of the text comes before the end of the value that is at fault, where
    /// that is known.
    pub(super) fn end_in(&self, text: &[u8]) -> Option<usize> {
        self.end.get()?.checked_sub(text.as_ptr().addr()).filter(|end| *end <= text.len())
    }

    pub(crate) fn scope(&self) -> Scope<'_> {
        Scope { session: self, depth: 0 }
    }

    /// The JSON path of the fault, such as `pages[2].title`. Of one that is very long the
    /// middle is left out: `child.child … .child`.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        let trace = self.trace.borrow();
        let left_out = SHOWN..trace.len().saturating_sub(SHOWN);
        for (index, step) in trace.iter().rev().enumerate() {
            if left_out.contains(&index) {
                if index == left_out.start {
                    path.push_str(" … ");
                }
                continue;
            }
            // Writing to a string cannot fail.
            let _ = match step {
                Step::Index(index) => write!(path, "[{index}]"),
                Step::Key(key) => write!(path, "[{:?}]", shortened(key)),
                Step::Nested(inner) if inner.starts_with('[') => write!(path, "{inner}"),
                Step::Nested(name) if path.is_empty() => write!(path, "{name}"),
                Step::Nested(name) => write!(path, ".{name}"),
                Step::Field(name) if path.is_empty() => write!(path, "{name}"),
                Step::Field(name) => write!(path, ".{name}"),
            };
        }
        path
    }
}

impl Scope<'_> {
    pub(crate) fn ignores_unknown(self) -> bool {
        self.session.options.ignore_unknown_fields
    }

    /// Whether the name is that of a member which is no field, but allowed.
    pub(crate) fn ignores_member(self, name: &str) -> bool {
        self.ignores_unknown()
            || (self.depth == 1 && self.session.options.ignored_members.contains(&name))
    }

    /// Whether the document is JSON text that this crate reads or writes.
    pub(crate) fn is_text(self) -> bool {
        self.session.form != Form::Foreign
    }

    /// Whether integers are to be read from their text.
    pub(crate) fn is_exact(self) -> bool {
        self.session.form == Form::Exact
    }

    /// Asks for the text to be read once more, exactly. Whether that can be done.
    #[cold]
    pub(crate) fn demand_exact(self) -> bool {
        let possible = self.session.form == Form::Text;
        self.session.inexact.set(possible);
        possible
    }

    /// The error, at the end of this part of the text.
    #[cold]
    pub(super) fn ending_at<E>(self, part: &str, error: E) -> E {
        self.session.end.set(Some(part.as_ptr().addr() + part.len()));
        error
    }

    /// The scope one level down.
    ///
    /// # Errors
    /// The document is nested too deeply.
    pub(crate) fn enter<E: de::Error>(self) -> Result<Self, E> {
        self.deeper(1).map_err(E::custom)
    }

    /// As [`enter`](Self::enter), on the way out.
    ///
    /// # Errors
    /// The message is nested too deeply.
    pub(crate) fn descend<E: ser::Error>(self) -> Result<Self, E> {
        self.deeper(1).map_err(E::custom)
    }

    /// The scope some levels down.
    pub(crate) fn deeper(self, levels: usize) -> Result<Self, &'static str> {
        let limit = self.session.options.max_depth;
        match self.depth.checked_add(levels).filter(|depth| *depth <= limit) {
            Some(depth) => Ok(Self { depth, ..self }),
            // No number: inside of an `Any` this is what is left of the limit. Nor how a
            // reader allows more: it may be another one's.
            None => Err("nested too deeply for the reader: flatten it"),
        }
    }

    /// The options for a document inside this one, which an `Any` holds.
    pub(crate) fn nested_options(self) -> Options {
        let options = self.session.options;
        let max_depth = options.max_depth.saturating_sub(self.depth);
        Options { max_depth, ignored_members: &[], ..options }
    }

    /// The type that an `Any` names.
    pub(crate) fn find_type(self, name: &str) -> Option<&'static MessageType> {
        let contract = || self.session.options.types.iter().copied();
        wkt::find(name).or_else(|| contract().find(|candidate| candidate.name == name))
    }

    #[cold]
    pub(crate) fn at_field<E>(self, name: &'static str, error: E) -> E {
        self.step(Step::Field(name), error)
    }

    /// The fault that a message has no field of this name.
    #[cold]
    pub(crate) fn unknown_field<E: de::Error>(self, name: &str) -> E {
        let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let step = if is_plain && !name.is_empty() { Step::Nested } else { Step::Key };
        self.step(step(shortened(name).into_owned()), E::custom("unknown field"))
    }

    #[cold]
    pub(crate) fn at_index<E>(self, index: usize, error: E) -> E {
        self.step(Step::Index(index), error)
    }

    #[cold]
    pub(crate) fn at_key<E>(self, key: &impl ToString, error: E) -> E {
        self.step(Step::Key(key.to_string()), error)
    }

    #[cold]
    pub(crate) fn at_nested<E>(self, path: &str, error: E) -> E {
        if path.is_empty() { error } else { self.step(Step::Nested(path.to_owned()), error) }
    }

    fn step<E>(self, step: Step, error: E) -> E {
        self.session.trace.borrow_mut().push(step);
        error
    }
}

//! The static tables of rules that generated code holds. Ids and texts are
//! decided at generation; a table only says which predicate belongs to them.

#[cfg(feature = "cel")]
use super::Expression;
#[cfg(feature = "pattern")]
use super::Pattern;
use super::{Format, Range, ViewOf};

/// The rules of a message, and how to look into one.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Reads a field of the message by its index.
    pub view: ViewOf,
    /// The rules about which of several fields are set.
    pub oneofs: &'static [Oneof],
    /// The expressions about the message as a whole.
    pub expressions: &'static [Rule],
    /// The rules of its fields, those first that stand first in the message.
    pub fields: &'static [FieldRules],
}

/// The rules of one field.
#[derive(Clone, Copy, Debug)]
pub struct FieldRules {
    pub(super) field: usize,
    pub(super) required: bool,
    pub(super) ignore_zero: bool,
    pub(super) shallow: bool,
    pub(super) rules: &'static [Rule],
    pub(super) keys: Elements,
    pub(super) values: Elements,
}

/// The rules of the keys or the values of a list or map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Elements {
    pub(super) ignore_zero: bool,
    pub(super) rules: &'static [Rule],
}

/// A rule about which of several fields are set.
#[derive(Clone, Copy, Debug)]
pub enum Oneof {
    /// A oneof of the contract, with its name: one of its fields is set.
    Required(&'static str, &'static [usize]),
    /// Fields that exclude each other, with what to say where they do not.
    AtMostOne(&'static [usize], &'static str),
    /// Fields of which one must be set, with what to say where none is.
    AtLeastOne(&'static [usize], &'static str),
}

/// One rule: its id, what to say where it does not hold, and when it holds.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub(super) id: &'static str,
    pub(super) message: &'static str,
    pub(super) check: Check,
}

/// When a rule holds. Whole numbers are of any type; durations and timestamps
/// are whole numbers of nanoseconds.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// A boolean is this one.
    Bool(bool),
    /// A whole number lies in the range.
    Whole(Range<i128>),
    /// A whole number is one of these.
    WholeIn(&'static [i128]),
    /// A whole number is none of these.
    WholeNotIn(&'static [i128]),
    /// A floating-point number lies in the range.
    Float(Range<f64>),
    /// A floating-point number is one of these.
    FloatIn(&'static [f64]),
    /// A floating-point number is none of these.
    FloatNotIn(&'static [f64]),
    /// A floating-point number is neither infinite nor NaN.
    Finite,
    /// A string has so many code points.
    Characters(Range<u64>),
    /// A string or bytes have so many bytes.
    Bytes(Range<u64>),
    /// A string or bytes are one of these.
    BytesIn(&'static [&'static [u8]]),
    /// A string or bytes are none of these.
    BytesNotIn(&'static [&'static [u8]]),
    /// A string or bytes begin with this.
    Prefix(&'static [u8]),
    /// A string or bytes end with this.
    Suffix(&'static [u8]),
    /// A string or bytes contain this.
    Contains(&'static [u8]),
    /// A string or bytes do not contain this.
    NotContains(&'static [u8]),
    /// A string, or bytes that are one, match a regular expression somewhere.
    #[cfg(feature = "pattern")]
    Pattern(&'static Pattern),
    /// A CEL expression is true, or the empty text. A text that is not empty
    /// takes the place of the rule's.
    #[cfg(feature = "cel")]
    Cel(&'static Expression),
    /// A string is empty or has a well-known form.
    Format(Format),
    /// Bytes have one of these lengths, or none.
    Lengths(&'static [usize]),
    /// A number is that of an enum value.
    Defined,
    /// A list or map has so many elements.
    Count(Range<u64>),
    /// No two elements of a list are equal.
    Unique,
    /// The type URL of an `Any` is one of these.
    TypeIn(&'static [&'static str]),
    /// The type URL of an `Any` is none of these.
    TypeNotIn(&'static [&'static str]),
    /// The paths of a field mask are these.
    MaskIs(&'static [&'static str]),
    /// Every path of a field mask is one of these or below one.
    MaskIn(&'static [&'static str]),
    /// No path of a field mask is one of these or below one.
    MaskNotIn(&'static [&'static str]),
    /// A timestamp is not in the future.
    Past,
    /// A timestamp is not in the past.
    Future,
    /// A timestamp is at most so many nanoseconds from now.
    Near(i128),
}

impl Rule {
    /// A row of a table.
    pub const fn new(id: &'static str, message: &'static str, check: Check) -> Self {
        Self { id, message, check }
    }
}

impl Elements {
    const NONE: Self = Self { ignore_zero: false, rules: &[] };
}

impl FieldRules {
    /// The rules of the field at this index.
    pub const fn new(field: usize, rules: &'static [Rule]) -> Self {
        let (keys, values) = (Elements::NONE, Elements::NONE);
        let (required, ignore_zero, shallow) = (false, false, false);
        Self { field, required, ignore_zero, shallow, rules, keys, values }
    }

    /// The field must be set; without presence, to something else than zero.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// No rule holds for the zero value.
    #[must_use]
    pub const fn ignore_zero(self) -> Self {
        Self { ignore_zero: true, ..self }
    }

    /// Messages that the field holds are not looked into.
    #[must_use]
    pub const fn shallow(self) -> Self {
        Self { shallow: true, ..self }
    }

    /// The rules of the keys of a map.
    #[must_use]
    pub const fn keys(self, rules: &'static [Rule]) -> Self {
        Self { keys: Elements { rules, ..self.keys }, ..self }
    }

    /// No rule of keys holds for the zero value.
    #[must_use]
    pub const fn ignore_zero_keys(self) -> Self {
        Self { keys: Elements { ignore_zero: true, ..self.keys }, ..self }
    }

    /// The rules of the elements of a list or the values of a map.
    #[must_use]
    pub const fn values(self, rules: &'static [Rule]) -> Self {
        Self { values: Elements { rules, ..self.values }, ..self }
    }

    /// No rule of elements or values holds for the zero value.
    #[must_use]
    pub const fn ignore_zero_values(self) -> Self {
        Self { values: Elements { ignore_zero: true, ..self.values }, ..self }
    }
}

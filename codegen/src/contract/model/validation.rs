//! The rules of `buf.validate` as they are enforced: predicates with the ids
//! and texts of their violations. What documents say of values is apart.

/// The rules of a message, and of what it holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Validation {
    /// The rules about which of several fields are set.
    pub oneofs: Vec<OneofRule>,
    /// The expressions about the message as a whole.
    pub expressions: Vec<Rule>,
    /// The rules of its fields, and the fields whose messages have rules.
    pub fields: Vec<FieldValidation>,
}

/// A rule about which of several fields, by their indices, are set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OneofRule {
    /// A oneof, by its name: one of its fields is set.
    Required(String, Vec<usize>),
    /// At most one is set; with the text where there are more.
    AtMostOne(Vec<usize>, String),
    /// At least one is set; with the text where there is none.
    AtLeastOne(Vec<usize>, String),
}

/// The rules of one field.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldValidation {
    /// The index in [`Message::fields`](super::Message::fields).
    pub field: usize,
    /// It must be set; without presence, to something else than zero.
    pub required: bool,
    /// No rule holds for the zero value.
    pub ignore_zero: bool,
    /// Messages that it holds are not looked into.
    pub shallow: bool,
    /// The rules of the value, or of a list or map as a whole.
    pub rules: Vec<Rule>,
    /// The rules of a map's keys.
    pub keys: Elements,
    /// The rules of a list's elements or a map's values.
    pub values: Elements,
}

/// The rules of elements.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Elements {
    /// No rule holds for the zero value.
    pub ignore_zero: bool,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The id, such as `string.min_len`.
    pub id: String,
    /// What to say where it does not hold.
    pub message: String,
    /// When it holds.
    pub check: Check,
}

/// When a rule holds. Durations and timestamps are whole numbers of
/// nanoseconds.
#[derive(Clone, Debug, PartialEq)]
pub enum Check {
    /// A boolean is this one.
    Bool(bool),
    /// A whole number lies in the range.
    Whole(Range<i128>),
    /// A whole number is one of these.
    WholeIn(Vec<i128>),
    /// A whole number is none of these.
    WholeNotIn(Vec<i128>),
    /// A floating-point number lies in the range.
    Float(Range<f64>),
    /// A floating-point number is one of these.
    FloatIn(Vec<f64>),
    /// A floating-point number is none of these.
    FloatNotIn(Vec<f64>),
    /// A floating-point number is neither infinite nor NaN.
    Finite,
    /// A string has so many code points.
    Characters(Range<u64>),
    /// A string or bytes have so many bytes.
    Bytes(Range<u64>),
    /// A string or bytes are one of these.
    BytesIn(Vec<Vec<u8>>),
    /// A string or bytes are none of these.
    BytesNotIn(Vec<Vec<u8>>),
    /// A string or bytes begin with this.
    Prefix(Vec<u8>),
    /// A string or bytes end with this.
    Suffix(Vec<u8>),
    /// A string or bytes contain this.
    Contains(Vec<u8>),
    /// A string or bytes do not contain this.
    NotContains(Vec<u8>),
    /// A string, or bytes that are one, match a regular expression somewhere.
    Pattern(String),
    /// A CEL expression is true, or the empty text.
    Cel {
        /// The expression.
        text: String,
        /// Where it stands: file, line and column.
        place: String,
        /// What `rule` stands for in that of a predefined rule: a literal of CEL.
        rule: Option<String>,
    },
    /// A string is empty or has the form with this name in the runtime.
    Format(&'static str),
    /// Bytes have one of these lengths, or none.
    Lengths(&'static [usize]),
    /// A number is that of an enum value.
    Defined,
    /// A list or map has so many elements.
    Count(Range<u64>),
    /// No two elements of a list are equal.
    Unique,
    /// The type URL of an `Any` is one of these.
    TypeIn(Vec<String>),
    /// The type URL of an `Any` is none of these.
    TypeNotIn(Vec<String>),
    /// The paths of a field mask are these.
    MaskIs(Vec<String>),
    /// Every path of a field mask is one of these or below one.
    MaskIn(Vec<String>),
    /// No path of a field mask is one of these or below one.
    MaskNotIn(Vec<String>),
    /// A timestamp is not in the future.
    Past,
    /// A timestamp is not in the past.
    Future,
    /// A timestamp is at most so many nanoseconds from now.
    Near(i128),
}

/// One end of a [`Range`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit<T> {
    /// No limit.
    None,
    /// The limit is no part of the range.
    Open(T),
    /// The limit is part of the range.
    Closed(T),
}

/// What lies between two limits, or outside of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range<T> {
    /// The lower limit.
    pub low: Limit<T>,
    /// The upper limit.
    pub high: Limit<T>,
    /// Whether the range is what lies above `low` or below `high`.
    pub outside: bool,
}

impl Validation {
    /// Whether there is anything to check.
    pub fn is_empty(&self) -> bool {
        self.oneofs.is_empty() && self.expressions.is_empty() && self.fields.is_empty()
    }
}

impl<T> Range<T> {
    /// What lies between the limits.
    pub fn within(low: Limit<T>, high: Limit<T>) -> Self {
        Self { low, high, outside: false }
    }
}

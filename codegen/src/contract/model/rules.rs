//! What `buf.validate` says of values, as documents state it. Every literal is
//! in the form that proto3 JSON gives it: a 64-bit integer, a duration and a
//! timestamp are texts, bytes are base64, an enum value is its name.

use serde_json::Value;

/// The rules of a field, or of the elements, keys or values of one. The
/// default constrains nothing.
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own in buf.validate")]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// The field must be set: present where the type has presence, else not
    /// its zero value.
    pub required: bool,
    /// The zero value is accepted whatever the other rules say.
    pub zero_allowed: bool,
    /// The one value that is accepted.
    pub constant: Option<Value>,
    /// The only values that are accepted; empty for any.
    pub only: Vec<Value>,
    /// Values that are not accepted.
    pub except: Vec<Value>,
    /// The lower bound.
    pub lower: Option<Bound>,
    /// The upper bound.
    pub upper: Option<Bound>,
    /// Neither NaN nor infinite.
    pub finite: bool,
    /// How long it is: characters of a text, bytes of bytes, elements of a
    /// list, pairs of a map.
    pub size: Size,
    /// How many bytes a text has in UTF-8.
    pub bytes: Size,
    /// The regular expression, in RE2's syntax, that is found in the text.
    pub pattern: Option<String>,
    /// What the text starts with.
    pub prefix: Option<String>,
    /// What the text ends with.
    pub suffix: Option<String>,
    /// What the text contains.
    pub contains: Option<String>,
    /// What the text does not contain.
    pub not_contains: Option<String>,
    /// The name of the well-known format, such as `email`; of
    /// `well_known_regex` the name of its value.
    pub format: Option<String>,
    /// No element is there twice.
    pub unique: bool,
    /// Relations to the time of the check, such as `in the past`.
    pub now: Vec<String>,
    /// The rules of a list's elements, or of a map's values.
    pub values: Option<Box<Rules>>,
    /// The rules of a map's keys.
    pub keys: Option<Box<Rules>>,
    /// Expressions in CEL, and rules of other files by name.
    pub expressions: Vec<Expression>,
    /// Values that are accepted, to be shown.
    pub examples: Vec<Value>,
}

/// A bound of a range.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The value.
    pub value: Value,
    /// Whether the value itself lies in the range.
    pub inclusive: bool,
}

/// How many there may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// At least this many; 0 for no bound.
    pub min: u64,
    /// At most this many.
    pub max: Option<u64>,
}

/// A condition that only its evaluation decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expression {
    /// What it demands, in words; empty where the contract has none.
    pub message: String,
    /// The expression in CEL.
    pub text: String,
}

/// The rules of a message as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageRules {
    /// Expressions in CEL.
    pub expressions: Vec<Expression>,
    /// Groups of fields of which at most one is set.
    pub oneofs: Vec<FieldGroup>,
}

/// Fields of one message of which at most one is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldGroup {
    /// The indices in [`Message::fields`](super::Message::fields).
    pub fields: Vec<usize>,
    /// Whether one must be set.
    pub required: bool,
}

impl Size {
    /// Whether it constrains anything.
    pub fn is_bound(self) -> bool {
        self.min > 0 || self.max.is_some()
    }
}

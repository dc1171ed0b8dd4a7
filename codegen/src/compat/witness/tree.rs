//! Values of any message type, as a reader or writer holds them: by field
//! number, without the schema, which is passed beside them.

use std::collections::BTreeMap;

/// A message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// What its fields hold, by number. A field that is absent has no entry.
    pub fields: BTreeMap<i32, Slot>,
    /// What the reader could make nothing of and kept, in the order read.
    pub unknown: Vec<Unknown>,
}

/// What one field holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Slot {
    /// A singular value.
    One(Value),
    /// The elements of a list.
    Many(Vec<Value>),
    /// The entries of a map, each key once.
    Map(Vec<(Value, Value)>),
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `bool`
    Bool(bool),
    /// Every signed integer.
    Int(i64),
    /// Every unsigned integer.
    Uint(u64),
    /// `float`
    Float(f32),
    /// `double`
    Double(f64),
    /// `string`, as bytes: without validation it may hold any.
    String(Vec<u8>),
    /// `bytes`
    Bytes(Vec<u8>),
    /// An enum, by number.
    Enum(i32),
    /// A message or a group.
    Message(Tree),
}

/// A field that the reader does not know, or cannot take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Its number.
    pub number: u32,
    /// Tag and value, encoded.
    pub bytes: Vec<u8>,
}

impl Tree {
    /// With one field set.
    pub fn of(number: i32, slot: Slot) -> Self {
        Self { fields: BTreeMap::from([(number, slot)]), unknown: Vec::new() }
    }

    /// A singular value.
    pub fn one(&self, number: i32) -> Option<&Value> {
        match self.fields.get(&number) {
            Some(Slot::One(value)) => Some(value),
            _ => None,
        }
    }

    /// The elements of a list; none if it is empty.
    pub fn many(&self, number: i32) -> &[Value] {
        match self.fields.get(&number) {
            Some(Slot::Many(values)) => values,
            _ => &[],
        }
    }

    /// The entries of a map; none if it is empty.
    pub fn map(&self, number: i32) -> &[(Value, Value)] {
        match self.fields.get(&number) {
            Some(Slot::Map(entries)) => entries,
            _ => &[],
        }
    }

    /// Adds to a list.
    pub(super) fn push(&mut self, number: i32, value: Value) {
        match self.fields.entry(number).or_insert_with(|| Slot::Many(Vec::new())) {
            Slot::Many(values) => values.push(value),
            slot => *slot = Slot::Many(vec![value]),
        }
    }

    /// Adds to a map; the last value of a key wins, in the place of the first.
    pub(super) fn insert(&mut self, number: i32, key: Value, value: Value) {
        match self.fields.entry(number).or_insert_with(|| Slot::Map(Vec::new())) {
            Slot::Map(entries) => match entries.iter_mut().find(|(known, _)| *known == key) {
                Some(entry) => entry.1 = value,
                None => entries.push((key, value)),
            },
            slot => *slot = Slot::Map(vec![(key, value)]),
        }
    }
}

impl Value {
    /// Whether the bits are those of a field that was never set.
    pub fn is_zero(&self) -> bool {
        match self {
            Self::Bool(value) => !value,
            Self::Int(value) => *value == 0,
            Self::Uint(value) => *value == 0,
            Self::Float(value) => value.to_bits() == 0,
            Self::Double(value) => value.to_bits() == 0,
            Self::String(bytes) | Self::Bytes(bytes) => bytes.is_empty(),
            Self::Enum(number) => *number == 0,
            Self::Message(_) => false,
        }
    }
}

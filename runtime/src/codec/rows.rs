//! Constructors of table rows, so that a row is one line of generated code.

use super::{Cardinality, EnumValue, Field, Kind, MessageType};

impl Field {
    const fn new(
        name: &'static str,
        json: &'static str,
        number: u32,
        cardinality: Cardinality,
        kind: Kind,
    ) -> Self {
        Self { name, json, number, cardinality, kind }
    }

    /// A field of one value, whose default counts as absent.
    pub const fn implicit(name: &'static str, json: &'static str, number: u32, kind: Kind) -> Self {
        Self::new(name, json, number, Cardinality::Implicit, kind)
    }

    /// A field of one value or none.
    pub const fn optional(name: &'static str, json: &'static str, number: u32, kind: Kind) -> Self {
        Self::new(name, json, number, Cardinality::Optional, kind)
    }

    /// A field of exactly one value.
    pub const fn required(name: &'static str, json: &'static str, number: u32, kind: Kind) -> Self {
        Self::new(name, json, number, Cardinality::Required, kind)
    }

    /// A list.
    pub const fn repeated(name: &'static str, json: &'static str, number: u32, kind: Kind) -> Self {
        Self::new(name, json, number, Cardinality::Repeated, kind)
    }

    /// A member of the oneof at this index.
    pub const fn member(
        name: &'static str,
        json: &'static str,
        number: u32,
        oneof: u32,
        kind: Kind,
    ) -> Self {
        Self::new(name, json, number, Cardinality::Oneof(oneof), kind)
    }

    /// A map.
    pub const fn map(
        name: &'static str,
        json: &'static str,
        number: u32,
        key: &'static Kind,
        kind: Kind,
    ) -> Self {
        Self::new(name, json, number, Cardinality::Map(key), kind)
    }
}

impl EnumValue {
    /// A name of an enum value.
    pub const fn new(name: &'static str, number: i32) -> Self {
        Self { name, number }
    }
}

impl MessageType {
    /// The field that `name` names in the `.proto` file. Meant for tables: in a
    /// static, a missing field is a compile error.
    ///
    /// # Panics
    /// There is no such field.
    pub const fn expect_field(&'static self, name: &str) -> &'static Field {
        let mut index = 0;
        while index < self.fields.len() {
            if equal(self.fields[index].name.as_bytes(), name.as_bytes()) {
                return &self.fields[index];
            }
            index += 1;
        }
        panic!("the message has no such field")
    }
}

/// `==`, which no constant can call on slices.
const fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut index = 0;
    while index < a.len() {
        if a[index] != b[index] {
            return false;
        }
        index += 1;
    }
    true
}

//! The places of a contract that a user's type may stand for. Their types are settled
//! before a conversion is asked for, so that an error names them.

use std::marker::PhantomData;

use super::{Conversions, Convert, conversions};

/// A place of this type in generated code.
pub struct Slot<W>(PhantomData<W>);

impl<W> Slot<W> {
    /// Both conversions of a type that stands for it.
    pub fn conversions<T: Convert<W>>(self) -> Conversions<T, W> {
        conversions()
    }
}

/// A field, by how it is read.
pub fn slot<M, W>(_: fn(&M) -> &W) -> Slot<W> {
    Slot(PhantomData)
}

/// The value of a field that may be absent.
pub fn optional_slot<M, W>(_: fn(&M) -> &Option<W>) -> Slot<W> {
    Slot(PhantomData)
}

/// A member of a oneof, by how it is made.
pub fn member_slot<M, W>(_: fn(W) -> M) -> Slot<W> {
    Slot(PhantomData)
}

/// Whether an enum is the contract's of this name, or no derived one.
pub const fn is_of(found: Option<&str>, name: &str) -> bool {
    let Some(found) = found else { return true };
    let (found, name) = (found.as_bytes(), name.as_bytes());
    let mut at = 0;
    while at < found.len() && at < name.len() && found[at] == name[at] {
        at += 1;
    }
    at == found.len() && at == name.len()
}

#[cfg(test)]
mod tests {
    use super::is_of;

    #[test]
    fn an_enum_is_told_from_others() {
        assert!(is_of(None, "a.B") && is_of(Some("a.B"), "a.B"));
        assert!(!is_of(Some("a.B"), "a.C") && !is_of(Some("a.B"), "a.BC"));
        assert!(!is_of(Some("a.BC"), "a.B"));
    }
}

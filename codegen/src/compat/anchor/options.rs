//! Single options out of encoded options.

use crate::descriptor::{Fields, Value};

/// The value of an option; the last one counts.
fn last(options: &[u8], tag: u32) -> Option<Value<'_>> {
    let fields = Fields::new(options).filter_map(Result::ok);
    fields.filter(|(found, _)| *found == tag).last().map(|(_, value)| value)
}

/// An enum or number option.
pub(super) fn number(options: &[u8], tag: u32) -> Option<i32> {
    last(options, tag).and_then(|value| value.int32().ok())
}

/// A bool option.
pub(super) fn flag(options: &[u8], tag: u32) -> Option<bool> {
    last(options, tag).and_then(|value| value.bool().ok())
}

/// A string option.
pub(super) fn text(options: &[u8], tag: u32) -> Option<&str> {
    last(options, tag).and_then(|value| value.text().ok())
}

//! Who reads a schema: validators, which want every form of a value, code
//! generators, which want one type for each, or readers of what is written here.

/// How much of the JSON mapping a schema states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::emit) enum Dialect {
    /// Every form that readers accept: 64-bit integers as numbers too, NaN and
    /// the infinities as texts.
    Exact,
    /// The form that is written, for code generators: a 64-bit integer is a
    /// text, a float is a number.
    Typed,
    /// What is written, and no more: a field that has its default value is left
    /// out, whatever the contract requires of whoever fills it in.
    Written,
}

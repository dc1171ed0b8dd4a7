//! The sides of a comparison: every way to give one, and every way in which one
//! can be bad.

#[path = "compat_input/kinds.rs"]
mod kinds;
#[path = "compat_input/tree.rs"]
mod tree;

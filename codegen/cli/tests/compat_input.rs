//! The sides of a comparison: every way to give one, and every way in which one
//! can be bad.

#[path = "compat_input/bad.rs"]
mod bad;
#[path = "compat_input/encode.rs"]
mod encode;
#[path = "compat_input/fuzz.rs"]
mod fuzz;
#[path = "compat_input/git.rs"]
mod git;
#[path = "compat_input/kinds.rs"]
mod kinds;
#[path = "compat_input/stdin.rs"]
mod stdin;
#[path = "compat_input/tree.rs"]
mod tree;

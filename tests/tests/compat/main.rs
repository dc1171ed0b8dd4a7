//! Comparisons of contracts, held against other tools.

mod anchor;
#[path = "../../../codegen/benches/compat/tree.rs"]
mod tree;
mod whole_tree;

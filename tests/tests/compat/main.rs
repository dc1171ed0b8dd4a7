//! Comparisons of contracts, held against other tools.

mod anchor;
#[path = "../../../codegen/cli/benches/compat/tree.rs"]
mod tree;
mod whole_tree;

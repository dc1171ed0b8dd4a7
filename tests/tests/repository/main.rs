//! The rules of this repository, as programs: what a reviewer would otherwise
//! have to remember.

mod budgets;
mod dependencies;
mod layers;
mod marks;
mod mutants;
mod registries;
mod tree;

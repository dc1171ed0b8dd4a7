//! Comparisons of contracts, held against other tools.

mod anchor;

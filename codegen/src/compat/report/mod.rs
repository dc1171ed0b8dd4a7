//! From findings to a judgement: which of them count, in which order they are
//! told, and who has to be deployed first.

mod order;
mod place;

pub use order::sort;

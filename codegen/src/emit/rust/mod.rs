//! The Rust emitters. Each adds items to the tree of modules that becomes one
//! file a module on disk, or one nested module in a macro.

mod comment;
mod descriptors;
mod docs;
mod inline;
mod module;
mod print;

pub(super) use descriptors::ROW as DESCRIPTORS;
pub(super) use module::Module;

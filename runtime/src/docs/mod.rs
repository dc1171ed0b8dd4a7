//! The docs page: the `OpenAPI` reference with try-it-out, the queue's
//! channels, and a console for streams.
//!
//! Everything comes from files in this binary: `page/` is ours, plain
//! JavaScript without a build step; the reference is Swagger UI, which the
//! build script takes out of a crate. A page loads nothing from elsewhere, and
//! its Content-Security-Policy lets it load nothing from elsewhere. Which
//! paths are free for it, the caller knows: routes of a contract come first.

mod assets;
mod conditional;
mod options;
mod site;

pub use options::Docs;
pub(crate) use site::Site;

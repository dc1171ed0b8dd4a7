//! `include!`: where generated code of a build script comes into a crate.

/// Includes what the build script generated: the types and services of one
/// package, or, without a name, the modules of all packages.
///
/// ```ignore
/// mod contract {
///     agentgen::include!("summarizer.v1");
/// }
/// use contract::{SummarizeRequest, SummarizerAgent};
/// ```
///
/// Each call brings the whole contract; to use several packages together, call
/// it once without a name, and the packages are modules
/// (`contract::summarizer::v1`).
#[macro_export]
macro_rules! include {
    () => {
        ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/agentgen-tree.rs"));
    };
    ($package:literal) => {
        ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/", $package, ".rs"));
    };
}

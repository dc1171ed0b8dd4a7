//! What the tests of this package share.

pub mod environment;
pub mod serving;
#[rustfmt::skip]
#[allow(clippy::pedantic, reason = "generated code keeps to the default lints, as users have them")]
#[path = "../golden/mod.rs"]
pub mod golden;

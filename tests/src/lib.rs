//! What the tests of this package share.

pub mod conformance;
pub mod dependent;
pub mod environment;
pub mod server;
pub mod serving;
#[rustfmt::skip]
#[allow(
    clippy::pedantic,
    clippy::module_inception,
    reason = "generated code keeps to the default lints, as users have them; a tree here is named \
              after its contract, which may be its package too"
)]
#[path = "../golden/mod.rs"]
pub mod golden;

//! The agentgen binary.
fn main() {}

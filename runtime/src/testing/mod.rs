//! What tests of agents and of brokers share: the behaviour suite that every
//! broker passes, and a service whose handlers a test writes in place.

pub mod broker_suite;
mod fixture;
pub mod probe;

pub use fixture::Fixture;

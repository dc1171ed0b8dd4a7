//! What tests of agents and of brokers share: the behaviour suite that every
//! broker passes, and a service whose handlers a test writes in place.

pub mod broker_suite;
#[cfg(feature = "sqlite")]
mod clock;
mod fixture;
#[cfg(any(feature = "kafka", feature = "nats", feature = "rabbitmq", feature = "redis"))]
pub mod ledger;
pub mod probe;
mod promises;

#[cfg(feature = "sqlite")]
pub use clock::open_sqlite_at;
pub use fixture::Fixture;
pub use promises::Promises;

//! Payloads that the other side misreads: that the reader behind them reads as
//! a runtime does, and that rules and payloads agree.

#[path = "witness/codec.rs"]
mod codec;
#[path = "witness/editions.rs"]
mod editions;
#[path = "witness/edits.rs"]
mod edits;
#[path = "witness/exceptions.rs"]
mod exceptions;
#[path = "witness/image.rs"]
mod image;
#[path = "witness/pages.rs"]
mod pages;
#[path = "witness/property.rs"]
mod property;
#[path = "witness/random.rs"]
mod random;
#[path = "witness/schemas.rs"]
mod schemas;
#[path = "witness/told.rs"]
mod told;

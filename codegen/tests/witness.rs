//! Payloads that the other side misreads: that the reader behind them reads as
//! a runtime does, and that rules and payloads agree.

#[path = "witness/codec.rs"]
mod codec;
#[path = "witness/image.rs"]
mod image;
#[path = "witness/random.rs"]
mod random;

//! Messages one after the other in a body, each behind five bytes that say how
//! it is written and how long it is: what gRPC, gRPC-Web and the streams of
//! Connect have in common. They differ in the headers around it and in how a
//! stream of replies ends, which is theirs to say ([`Writing::end`]).

mod format;
mod frame;
pub(crate) mod gzip;
mod messages;
mod replies;

pub(crate) use format::Format;
pub(crate) use frame::prefixed;
pub(crate) use messages::{Messages, Reading};
pub(crate) use replies::{Replies, Writing};

//! `buf.validate` enforced: the rules against another implementation of them,
//! and requests that break one on every transport.

mod expressions;
mod oracle;
mod transports;

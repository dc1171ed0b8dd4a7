//! Our encodings before other judges: protobuf's own conformance runner, and
//! Google's Python implementation on random messages.

mod depth;
mod official;
mod oracle;

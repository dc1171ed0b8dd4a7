//! How much the messages of one request stream may hold together: each of them is
//! within its own limit, and packed ones take a thousandth of the bytes on the wire.

use super::Limits;
use crate::Status;

/// What is left for one stream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    limit: u64,
    left: u64,
}

impl Allowance {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { limit: limits.stream_bytes, left: limits.stream_bytes }
    }

    /// Takes off the bytes of a message, or of a piece of one, unpacked.
    ///
    /// # Errors
    /// There are more of them than are left.
    pub(crate) fn spend(&mut self, bytes: usize) -> Result<(), Status> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let left = self.left.checked_sub(bytes);
        self.left = left.ok_or_else(|| Status::too_long("the stream of requests", self.limit))?;
        Ok(())
    }
}

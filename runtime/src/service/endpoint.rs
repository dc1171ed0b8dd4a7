//! An rpc with the types of its messages, for those who name one without
//! calling it through a client: work that is sent over a queue, and outboxes.

use std::fmt;
use std::marker::PhantomData;

use super::ServiceInfo;

/// An rpc that takes a `Q` and answers with `R`s. Generated clients have one as
/// a constant for each rpc that has a queue subject.
pub struct Endpoint<Q, R> {
    info: &'static ServiceInfo,
    method: usize,
    types: PhantomData<fn(Q) -> R>,
}

impl<Q, R> Endpoint<Q, R> {
    /// The rpc at `method` in the table.
    pub const fn new(info: &'static ServiceInfo, method: usize) -> Self {
        Self { info, method, types: PhantomData }
    }

    /// The table of the service.
    pub fn info(self) -> &'static ServiceInfo {
        self.info
    }

    /// The index of the rpc in the table.
    pub fn method(self) -> usize {
        self.method
    }
}

impl<Q, R> Clone for Endpoint<Q, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Q, R> Copy for Endpoint<Q, R> {}

impl<Q, R> fmt::Debug for Endpoint<Q, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.info.methods.get(self.method).map_or("?", |method| method.name);
        write!(f, "Endpoint({}/{name})", self.info.name)
    }
}

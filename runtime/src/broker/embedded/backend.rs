//! The backend over a lane.

use std::sync::Arc;

use futures_core::future::BoxFuture;

use super::lane::{self, Lane};
use super::subscriber::Member;
use crate::broker::{
    Backend, Capabilities, Depth, Error, Publish, Published, Stored, Subscriber, Subscription,
};

/// A broker whose store is in this process.
pub(in crate::broker) struct Embedded {
    lane: Arc<dyn Lane>,
    capabilities: Capabilities,
}

impl Embedded {
    pub(in crate::broker) fn new(lane: impl Lane, capabilities: Capabilities) -> Self {
        Self { lane: Arc::new(lane), capabilities }
    }
}

impl Backend for Embedded {
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn publish(&self, mut message: Publish) -> BoxFuture<'_, Result<Published, Error>> {
        let headers = self.lane.headers(std::mem::take(&mut message.headers));
        Box::pin(lane::run(&*self.lane, move |store| store.publish(&message, headers)))
    }

    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'_, Result<Box<dyn Subscriber>, Error>> {
        Box::pin(async move {
            let asked = subscription.clone();
            let queue = lane::run(&*self.lane, move |store| store.join(&asked)).await?;
            let member = Member::new(Arc::clone(&self.lane), queue, subscription);
            Ok(Box::new(member) as Box<dyn Subscriber>)
        })
    }

    fn depth<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<Depth, Error>> {
        let subject = subject.to_owned();
        Box::pin(lane::run(&*self.lane, move |store| store.depth(&subject)))
    }

    fn browse<'a>(
        &'a self,
        subject: &'a str,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Stored>, Error>> {
        let subject = subject.to_owned();
        Box::pin(lane::run(&*self.lane, move |store| store.browse(&subject, after, limit)))
    }

    fn close(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.lane.close()
    }
}

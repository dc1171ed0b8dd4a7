//! The server's hold on a delivery, by the subject that answers to it go to.

use std::time::Duration;

use async_nats::{Client, Subject};
use bytes::Bytes;
use futures_core::future::BoxFuture;

use super::unavailable;
use crate::broker::Error;
use crate::broker::remote::Receipt;

pub(super) struct Ack {
    pub(super) client: Client,
    pub(super) reply: Subject,
}

impl Ack {
    /// Says something about the delivery, and waits until it is noted.
    fn say(&self, what: Bytes) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move {
            let noted = self.client.request(self.reply.clone(), what).await;
            noted.map(|_| ()).map_err(unavailable)
        })
    }
}

impl Receipt for Ack {
    fn ack(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.say(Bytes::from_static(b"+ACK"))
    }

    fn back(&self, delay: Duration) -> BoxFuture<'_, Result<(), Error>> {
        if delay.is_zero() {
            return self.say(Bytes::from_static(b"-NAK"));
        }
        self.say(format!("-NAK {{\"delay\": {}}}", delay.as_nanos()).into())
    }

    fn extend(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.say(Bytes::from_static(b"+WPI"))
    }
}

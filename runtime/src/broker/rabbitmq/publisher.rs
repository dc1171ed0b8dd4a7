//! Publishing with confirmation. Each message in flight has a channel to itself: the
//! client library gives a returned message to whichever confirmation comes next,
//! which on a shared channel may be another message's.

use std::sync::PoisonError;

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::protocol::AMQPSoftError;
use lapin::types::ShortString;
use lapin::{BasicProperties, Channel, Confirmation};
use tokio::sync::Semaphore;

use super::connection::{Connection, Link};
use super::{answered, unavailable};
use crate::broker::{Error, ErrorKind};

/// The most messages in flight.
const MOST: usize = 128;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// Every queue that it was routed to has stored it.
    Stored,
    /// No queue is there for it.
    Unroutable,
}

/// Where a message goes.
pub(super) struct Route<'a> {
    /// Empty for the exchange that has every queue by its name.
    pub(super) exchange: &'a str,
    pub(super) key: &'a str,
}

/// Publishes over the channels of a connection.
pub(super) struct Publisher(Semaphore);

impl Publisher {
    pub(super) fn new() -> Self {
        Self(Semaphore::new(MOST))
    }

    pub(super) async fn send(
        &self,
        connection: &Connection,
        route: Route<'_>,
        properties: Box<BasicProperties>,
        body: &[u8],
    ) -> Result<Sent, Error> {
        let _permit = self.0.acquire().await.map_err(unavailable)?;
        let link = connection.publishing().await?;
        let channel = take(&link).await?;
        // A channel whose message is not confirmed is dropped, and closes.
        let sent = send_over(&channel, route, properties, body).await?;
        link.idle.lock().unwrap_or_else(PoisonError::into_inner).push(channel);
        Ok(sent)
    }
}

async fn take(link: &Link) -> Result<Channel, Error> {
    let idle = || link.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
    while let Some(channel) = idle() {
        if channel.status().connected() {
            return Ok(channel);
        }
    }
    let channel = link.channel().await?;
    let confirms = channel.confirm_select(ConfirmSelectOptions::default());
    answered(confirms).await.map_err(unavailable)?;
    Ok(channel)
}

async fn send_over(
    channel: &Channel,
    route: Route<'_>,
    properties: Box<BasicProperties>,
    body: &[u8],
) -> Result<Sent, Error> {
    let name = |name: &str| ShortString::try_new(name).map_err(unavailable);
    let (exchange, key) = (name(route.exchange)?, name(route.key)?);
    let options = BasicPublishOptions { mandatory: true, immediate: false };
    let confirmed = answered(async {
        channel.basic_publish(exchange, key, options, body, *properties).await?.await
    });
    match confirmed.await {
        Ok(Confirmation::Ack(None)) => Ok(Sent::Stored),
        Ok(Confirmation::Ack(Some(_))) => Ok(Sent::Unroutable),
        Ok(_) => {
            let text = "RabbitMQ has not stored the message: a queue is full, has no leader, or \
                        is not there now";
            Err(Error::new(ErrorKind::Unavailable, text))
        }
        Err(error) => match error.refusal() {
            // The exchange is gone.
            Some(AMQPSoftError::NOTFOUND) => Ok(Sent::Unroutable),
            Some(_) => Err(Error::refused("RabbitMQ refuses the message").with_source(error)),
            None => Err(unavailable(error)),
        },
    }
}

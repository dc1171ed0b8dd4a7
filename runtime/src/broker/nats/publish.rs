//! Publishing: the server confirms what it has stored.

use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;

use super::topology::Topology;
use super::{message, names, unavailable};
use crate::broker::remote;
use crate::broker::{Error, Publish, Published};

pub(super) async fn publish(topology: &Topology, publish: Publish) -> Result<Published, Error> {
    let lane = publish.ordering_key.as_deref().map(remote::lane);
    let subject = topology.ensure_stream(&publish.subject, lane).await?;
    let mut message =
        PublishMessage::build().headers(message::write(&publish)).payload(publish.body);
    if let Some(key) = &publish.dedupe_key
        && !topology.config.dedupe_window.is_zero()
    {
        message = message.message_id(names::token(key));
    }
    let sent = topology.connection.jetstream.send_publish(subject, message).await;
    let acked = match sent {
        Ok(ack) => ack.await,
        Err(error) => Err(error),
    };
    match acked {
        Ok(ack) => Ok(Published { duplicate: ack.duplicate }),
        Err(error) => Err(refused(topology, &publish.subject, error)),
    }
}

fn refused(topology: &Topology, subject: &str, error: PublishError) -> Error {
    match error.kind() {
        PublishErrorKind::MaxPayloadExceeded => {
            let text = "the message is larger than the NATS server takes (its `max_payload`)";
            Error::refused(text).with_source(error)
        }
        kind => {
            if kind == PublishErrorKind::StreamNotFound {
                // Somebody deleted it: it is made again with the next message.
                topology.forget(subject);
            }
            unavailable(error)
        }
    }
}

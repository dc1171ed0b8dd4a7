//! Publishing: a message is accepted once every queue that it goes to has it, and never
//! where none has.

use std::time::Duration;

use super::publisher::{Route, Sent};
use super::{Shared, message, names};
use crate::broker::remote::{self, is_reply};
use crate::broker::{Error, ErrorKind, Publish, Published};

pub(super) async fn publish(shared: &Shared, publish: Publish) -> Result<Published, Error> {
    // Once more where what was known to be there is not.
    for _ in 0..2 {
        if send(shared, &publish).await? == Sent::Stored || is_reply(&publish.subject) {
            return Ok(Published { duplicate: false });
        }
        shared.known.clear();
    }
    let text = format!("RabbitMQ has no queue for `{}`", publish.subject);
    Err(Error::new(ErrorKind::Unavailable, text))
}

async fn send(shared: &Shared, publish: &Publish) -> Result<Sent, Error> {
    let Publish { subject, delay, body, .. } = publish;
    let lane = publish.ordering_key.as_deref().map(remote::lane);
    shared.ensure(subject, lane).await?;
    if lane.is_none() && !delay.is_zero() {
        let (queue, left) = shared.later(subject, *delay).await?;
        let properties = message::of(publish, &message::new_marks(left))?;
        return shared.send(Route { exchange: "", key: &queue }, properties, body).await;
    }
    // In a lane it waits at the head, before what comes after it.
    let left = if lane.is_some() { *delay } else { Duration::ZERO };
    let properties = message::of(publish, &message::new_marks(left))?;
    let key = names::key(subject, lane);
    shared.send(Route { exchange: &shared.config.prefix, key: &key }, properties, body).await
}

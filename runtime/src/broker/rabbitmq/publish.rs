//! Publishing: a message is accepted once every queue that it goes to has it, and never
//! where none has.

use std::time::Duration;

use super::publisher::{Route, Sent};
use super::{Shared, message, names};
use crate::broker::remote::{self, is_reply};
use crate::broker::{Error, ErrorKind, Publish, Published};

pub(super) async fn publish(shared: &Shared, publish: Publish) -> Result<Published, Error> {
    let (size, most) = (publish.body.len(), shared.config.max_message);
    if size > most {
        // The server would close the channel over it.
        let text = format!("a message of {size} bytes is more than the {most} of `max_message`");
        return Err(Error::config(text));
    }
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
    let properties = |left| message::of(&shared.config.prefix, publish, &message::new_marks(left));
    if let Some(queue) = names::queue_of(subject) {
        // Somebody else's, who has made it.
        let route = Route { exchange: "", key: &queue };
        return shared.send(route, properties(Duration::ZERO)?, body).await;
    }
    let lane = publish.ordering_key.as_deref().map(remote::lane);
    shared.ensure(subject, lane).await?;
    if lane.is_none() && !delay.is_zero() {
        let (queue, left) = Box::pin(shared.later(subject, *delay)).await?;
        return shared.send(Route { exchange: "", key: &queue }, properties(left)?, body).await;
    }
    // In a lane it waits at the head, before what comes after it.
    let left = if lane.is_some() { *delay } else { Duration::ZERO };
    let key = names::key(subject, lane);
    let route = Route { exchange: &shared.config.prefix, key: &key };
    shared.send(route, properties(left)?, body).await
}

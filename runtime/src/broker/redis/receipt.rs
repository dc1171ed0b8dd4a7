//! Redis's hold on a delivery.

use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;

use super::connection::Connection;
use super::gather::Gather;
use super::ledger::Owned;
use super::scripts;
use crate::broker::Error;
use crate::broker::ledger::Write;
use crate::broker::remote::{Receipt, Recorded, millis};

/// Where deliveries come from.
pub(super) struct Place {
    pub(super) connection: Connection,
    pub(super) subject: String,
    pub(super) group: String,
    /// The time that a lease lasts on the server.
    pub(super) lease: Duration,
    finishing: Gather<Finish, u8>,
}

/// What the script is told of a delivery that ends with a result.
struct Finish {
    lane: Arc<str>,
    id: String,
    result: Owned,
    record: String,
    revision: u64,
}

pub(super) struct Ticket {
    pub(super) place: Arc<Place>,
    pub(super) lane: Arc<str>,
    pub(super) id: String,
}

impl Place {
    pub(super) fn new(
        connection: Connection,
        subject: String,
        group: String,
        lease: Duration,
    ) -> Self {
        let finishing = finishing(connection.clone(), subject.clone(), group.clone());
        Self { connection, subject, group, lease, finishing }
    }
}

/// Ends what many have done at the same time in one step.
fn finishing(connection: Connection, subject: String, group: String) -> Gather<Finish, u8> {
    let of = Arc::new((connection, subject, group));
    Gather::new(move |ended: Vec<Finish>| {
        let of = Arc::clone(&of);
        async move {
            let (connection, subject, group) = &*of;
            let mut script = scripts::FINISH.arg(&connection.config.prefix);
            script.arg(subject).arg(group);
            for Finish { lane, id, result, record, revision } in ended {
                let Owned { key, value, follows, keep } = result;
                script.arg(&*lane).arg(id);
                script.arg(key).arg(&value[..]).arg(follows).arg(millis(keep).max(1));
                script.arg(record).arg(revision);
            }
            connection.invoke(&script).await
        }
    })
}

impl Ticket {
    fn say(&self, what: &'static str, time: Duration) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move {
            let Place { connection, subject, group, .. } = &*self.place;
            let mut script = scripts::SETTLE.arg(&connection.config.prefix);
            script.arg(subject).arg(group).arg(&*self.lane).arg(&self.id);
            script.arg(what).arg(millis(time));
            held(connection.run(&script).await?)
        })
    }
}

fn held(answer: u8) -> Result<(), Error> {
    if answer == 1 { Ok(()) } else { Err(Error::stale()) }
}

impl Receipt for Ticket {
    fn ack(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.say("ack", Duration::ZERO)
    }

    fn finish<'a>(
        &'a self,
        result: Write<'a>,
        record: Recorded<'a>,
    ) -> Option<BoxFuture<'a, Result<(), Error>>> {
        if !self.place.connection.config.keeps_ledger {
            return None;
        }
        let bytes = result.key.len() + result.value.len() + record.key.len();
        let finish = Finish {
            lane: Arc::clone(&self.lane),
            id: self.id.clone(),
            result: result.into(),
            record: record.key.to_owned(),
            revision: record.revision,
        };
        Some(Box::pin(async move { held(self.place.finishing.call(finish, bytes).await?) }))
    }

    fn back(&self, delay: Duration) -> BoxFuture<'_, Result<(), Error>> {
        self.say("back", delay)
    }

    fn extend(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.say("extend", self.place.lease)
    }
}

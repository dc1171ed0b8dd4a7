//! Redis's hold on a delivery.

use std::time::Duration;

use futures_core::future::BoxFuture;

use super::connection::Connection;
use super::scripts;
use crate::broker::Error;
use crate::broker::ledger::Write;
use crate::broker::remote::{Receipt, Recorded, millis};

pub(super) struct Ticket {
    pub(super) connection: Connection,
    pub(super) subject: String,
    pub(super) group: String,
    pub(super) lane: String,
    pub(super) id: String,
    /// The time that a lease lasts on the server.
    pub(super) lease: Duration,
}

impl Ticket {
    fn say(&self, what: &'static str, time: Duration) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move {
            let mut script = scripts::SETTLE.arg(&self.connection.config.prefix);
            script.arg(&self.subject).arg(&self.group).arg(&self.lane).arg(&self.id);
            script.arg(what).arg(millis(time));
            let held: u8 = self.connection.run(&script).await?;
            if held == 1 { Ok(()) } else { Err(Error::stale()) }
        })
    }
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
        let config = &self.connection.config;
        if !config.keeps_ledger {
            return None;
        }
        Some(Box::pin(async move {
            let mut script = scripts::FINISH.arg(&config.prefix);
            script.arg(&self.subject).arg(&self.group).arg(&self.lane).arg(&self.id);
            let Write { key, value, follows, keep } = result;
            script.arg(key).arg(&value[..]).arg(follows).arg(millis(keep).max(1));
            script.arg(record.key).arg(record.revision);
            let held: u8 = self.connection.run(&script).await?;
            if held == 1 { Ok(()) } else { Err(Error::stale()) }
        }))
    }

    fn back(&self, delay: Duration) -> BoxFuture<'_, Result<(), Error>> {
        self.say("back", delay)
    }

    fn extend(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.say("extend", self.lease)
    }
}

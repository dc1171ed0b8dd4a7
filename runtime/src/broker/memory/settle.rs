//! Ending deliveries.

use tokio::time::Instant;

use super::store::Memory;
use crate::broker::embedded::Ticket;
use crate::broker::{Error, Failure, Settlement};

impl Memory {
    pub(super) fn end(&mut self, ticket: Ticket, settlement: &Settlement) -> Result<(), Error> {
        let now = Instant::now();
        let queue = self.held(ticket)?;
        match settlement {
            Settlement::Done { publish, remember } => {
                if let Some(remember) = remember {
                    let entry = (remember.result.clone(), now + remember.window);
                    queue.inbox.insert(remember.key.clone(), entry);
                }
                queue.remove(ticket.message);
                for message in publish {
                    self.add(message, message.headers.clone());
                }
            }
            Settlement::Retry { delay, failure } => {
                self.give_back(ticket, now + *delay, Some(failure))?;
            }
            Settlement::Release { delay } => self.give_back(ticket, now + *delay, None)?,
        }
        self.changed = true;
        Ok(())
    }

    fn give_back(
        &mut self,
        ticket: Ticket,
        until: Instant,
        failure: Option<&Failure>,
    ) -> Result<(), Error> {
        let queue = self.held(ticket)?;
        let Some(row) = queue.rows.get_mut(&ticket.message) else { return Err(Error::stale()) };
        row.leased = false;
        let ran = row.attempt.end();
        match failure {
            Some(failure) => row.history.failures.push(failure.clone()),
            None if ran => row.history.starts -= 1,
            None => {}
        }
        queue.postpone(ticket.message, until);
        Ok(())
    }
}

//! Ending deliveries: everything that follows from a settlement is durable
//! before the broker is told that the message is done with.

use std::sync::Arc;
use std::time::Duration;

use super::held::{Held, State};
use super::inbox;
use super::record::Record;
use crate::broker::{Error, Failure, Publish, Remember, Settlement};

impl Held {
    pub(super) async fn end_by(&self, settlement: Settlement) -> Result<(), Error> {
        let mut state = self.state.lock().await;
        self.check()?;
        match settlement {
            Settlement::Done { publish, remember } => {
                self.finish(&mut state, publish, remember.as_ref()).await?;
            }
            Settlement::Retry { delay, failure } => {
                self.give_back(&mut state, delay, Some(failure)).await?;
            }
            Settlement::Release { delay } => self.give_back(&mut state, delay, None).await?,
        }
        self.end();
        Ok(())
    }

    async fn finish(
        &self,
        state: &mut State,
        publish: Vec<Publish>,
        remember: Option<&Remember>,
    ) -> Result<(), Error> {
        let nothing_to_repeat = publish.is_empty() && !state.kept.exists();
        if !publish.is_empty() {
            Box::pin(self.publish(state, publish)).await?;
        }
        if let Some(remember) = remember
            && let Some(result) = inbox::result(&self.queue, state.claim.as_ref(), remember)
            && let Some(finished) = self.receipt.finish(result, state.kept.entry())
        {
            match finished.await {
                // Where the message alone is lost, its result is kept even so.
                Err(error) if error.is_stale() => {}
                finished => return finished,
            }
        }
        if let Some(remember) = remember {
            let watches = self.receipt.moved();
            inbox::remember(self.ledger(), &self.queue, state, remember, watches).await?;
        } else if !nothing_to_repeat && !state.kept.record.done {
            // Without a result in the inbox, this is what keeps a message that
            // was given up from beginning anew where the next step fails.
            let record = state.kept.record.clone();
            let done = Record { done: true, running: false, ..record };
            state.kept.write(self.ledger(), done).await?;
        }
        match self.receipt.ack().await {
            Err(error) if error.is_stale() && self.receipt.moved() => self.leave_done(state).await,
            Err(error) => Err(error),
            Ok(()) => {
                if state.kept.exists() {
                    self.forget(state);
                }
                Ok(())
            }
        }
    }

    async fn publish(&self, state: &mut State, messages: Vec<Publish>) -> Result<(), Error> {
        let same = |(subject, message): &(&String, &Publish)| **subject == message.subject;
        let done = state.published.iter().zip(&messages).take_while(same).count();
        state.published.truncate(done);
        if messages.len() > done {
            self.announce(state).await?;
        }
        for (place, message) in messages.into_iter().enumerate().skip(done) {
            let message = self.stamp(state, place, message);
            let subject = message.subject.clone();
            self.shared.wire.publish(message).await?;
            state.published.push(subject);
        }
        Ok(())
    }

    /// Tells another process that may get a message which never began (one that cannot be
    /// read, or is sent back) that this one is ending it: both would publish the same.
    async fn announce(&self, state: &mut State) -> Result<(), Error> {
        if !self.shared.wire.hands_over() || state.kept.record.running {
            return Ok(());
        }
        if self.receipt.moved() {
            return Err(Error::stale());
        }
        let record = state.kept.record.clone();
        let starts = record.starts + 1;
        let running = Record { starts, running: true, excused: true, ..record };
        state.kept.write(self.ledger(), running).await
    }

    /// Another process has to acknowledge it: this tells it to.
    async fn leave_done(&self, state: &mut State) -> Result<(), Error> {
        let record = state.kept.record.clone();
        state.kept.write(self.ledger(), Record { done: true, running: false, ..record }).await
    }

    /// A settlement that is repeated publishes the same again: where that
    /// costs nothing, the broker drops it.
    fn stamp(&self, state: &State, place: usize, mut message: Publish) -> Publish {
        if message.dedupe_key.is_none() && self.shared.wire.dedupe_is_free() {
            let (queue, id, starts) = (&self.queue, &self.id, state.kept.record.starts);
            message.dedupe_key = Some(format!("settled {queue} {id} {starts} {place}"));
        }
        message
    }

    /// Removes the record of a message that is gone; nobody waits for it.
    fn forget(&self, state: &State) {
        let (kept, ledger) = (state.kept.clone(), Arc::clone(&self.shared.ledger));
        self.shared.runtime.spawn(async move {
            if let Err(error) = kept.remove(&*ledger).await {
                tracing::debug!(%error, "a record is left to expire");
            }
        });
    }

    async fn give_back(
        &self,
        state: &mut State,
        delay: Duration,
        failure: Option<Failure>,
    ) -> Result<(), Error> {
        let mut record = state.kept.record.clone();
        let ran = std::mem::take(&mut record.running);
        match failure {
            Some(failure) if ran || !state.kept.exists() => record.failures.push(failure),
            None if ran => record.starts -= 1,
            // Written before, by a settlement that the broker was not told of.
            _ => return self.receipt.back(delay).await,
        }
        if self.shared.wire.hands_over() {
            record.hold_back(delay);
        }
        state.kept.write(self.ledger(), record).await?;
        match self.receipt.back(delay).await {
            // The one whose it is by now looks at the record.
            Err(error) if error.is_stale() && self.receipt.moved() => Ok(()),
            back => back,
        }
    }
}

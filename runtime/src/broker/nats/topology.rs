//! Subjects and groups as streams and consumers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_nats::Subject;
use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::consumer::pull::Config as Consumer;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, Info};
use async_nats::jetstream::stream::{ConsumerErrorKind, Stream};
use futures_util::TryStreamExt as _;

use super::config::Config;
use super::connection::Connection;
use super::ledger::Entries;
use super::{form, names, streams, unavailable};
use crate::broker::ledger::Ledger as _;
use crate::broker::remote::{GROUP_LIFE, LANES, REPLIES, is_reply, with_margin};
use crate::broker::{Error, Subscription};

/// What is declared on the server.
pub(super) struct Topology {
    pub(super) connection: Connection,
    pub(super) config: Config,
    ledger: Arc<Entries>,
    /// Subjects that can be published to, and where their messages without an ordering
    /// key go. Those of callers, which share a stream, have one entry.
    known: Mutex<HashMap<String, Subject>>,
    /// One declares at a time: what publishes at once would ask for the same.
    declaring: tokio::sync::Mutex<()>,
}

/// How long it is remembered who took over a backlog; as long as the ledger
/// remembers anything.
const FOR_EVER: Duration = Duration::from_secs(30 * 24 * 3600);

/// The lanes of a group: the unordered one first.
pub(super) fn lanes() -> impl Iterator<Item = Option<usize>> {
    std::iter::once(None).chain((0..LANES).map(Some))
}

impl Topology {
    pub(super) fn new(connection: Connection, config: Config, ledger: Arc<Entries>) -> Self {
        Self {
            connection,
            config,
            ledger,
            known: Mutex::default(),
            declaring: tokio::sync::Mutex::default(),
        }
    }

    /// Makes sure that what is published is kept: a stream drops what no
    /// consumer waits for, so that a subject without a lasting group gets a
    /// consumer of its own. Returns where a message goes.
    pub(super) async fn ensure_stream(
        &self,
        subject: &str,
        lane: Option<usize>,
    ) -> Result<Subject, Error> {
        match self.known_place(subject, lane) {
            Some(known) => Ok(known),
            // In a box, which keeps all that this takes out of every publish.
            None => Box::pin(self.declare_stream(subject, lane)).await,
        }
    }

    fn place(&self, subject: &str, lane: Option<usize>) -> Subject {
        names::lane(&self.config.prefix, subject, lane).into()
    }

    fn known_place(&self, subject: &str, lane: Option<usize>) -> Option<Subject> {
        let known = self.known().get(known_as(subject)).cloned()?;
        let is_it = lane.is_none() && !is_reply(subject);
        Some(if is_it { known } else { self.place(subject, lane) })
    }

    async fn declare_stream(&self, subject: &str, lane: Option<usize>) -> Result<Subject, Error> {
        let _turn = self.declaring.lock().await;
        if let Some(known) = self.known_place(subject, lane) {
            return Ok(known);
        }
        let stream = streams::messages(&self.connection, &self.config, subject).await?;
        if !is_reply(subject) {
            let consumers = consumers(&stream).await?;
            self.check_groups(subject, &consumers)?;
            if groups(&consumers).is_empty() {
                self.hold_back(&stream, &consumers).await?;
            }
        }
        let unordered = self.place(subject, None);
        self.known().insert(known_as(subject).to_owned(), unordered);
        Ok(self.place(subject, lane))
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Subject>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn forget(&self, subject: &str) {
        self.known().remove(known_as(subject));
    }

    /// Refuses consumers of groups that lose what is published.
    fn check_groups(&self, subject: &str, consumers: &[Info]) -> Result<(), Error> {
        for lane in lanes() {
            let filter = names::lane(&self.config.prefix, subject, lane);
            let suffix = format!("-{}", names::lane_name(lane));
            let ours =
                |info: &&Info| info.name.ends_with(&suffix) && info.config.filter_subject == filter;
            for info in consumers.iter().filter(ours) {
                form::consumer(&info.name, &info.config, &filter, lane.is_some())?;
            }
        }
        Ok(())
    }

    async fn hold_back(&self, stream: &Stream, consumers: &[Info]) -> Result<(), Error> {
        if consumers.iter().any(|info| info.name == names::BACKLOG) {
            return Ok(());
        }
        if !self.config.declare {
            let name = &stream.cached_info().config.name;
            return Err(Error::config(format!(
                "stream `{name}` has no group that would keep what is published, and \
                 `topology=verify` makes no consumer for it"
            )));
        }
        let backlog = Consumer {
            durable_name: Some(names::BACKLOG.to_owned()),
            deliver_policy: DeliverPolicy::All,
            ack_policy: AckPolicy::Explicit,
            ..Consumer::default()
        };
        stream.create_consumer(backlog).await.map_err(unavailable)?;
        // A group that came meanwhile has taken over without seeing this one.
        if groups(&self::consumers(stream).await?).is_empty() {
            return Ok(());
        }
        drop_consumer(stream, names::BACKLOG).await
    }

    /// Declares a group; the first lasting one takes over the backlog.
    pub(super) async fn join(&self, subscription: &Subscription) -> Result<(), Error> {
        let Subscription { subject, group, .. } = subscription;
        let stream = streams::messages(&self.connection, &self.config, subject).await?;
        let lasting = !subscription.ephemeral;
        let found = consumers(&stream).await?;
        let others = groups(&found);
        if lasting && !self.config.declare {
            return self.verify(&stream, subscription, &found).await;
        }
        let first = others.iter().all(|name| *name == names::consumer(group, None));
        let takes_over = lasting && first && self.is_heir(subject, group).await?;
        let policy = if takes_over { DeliverPolicy::All } else { DeliverPolicy::New };
        // The unordered lane last: where it is there, the group is whole.
        for lane in lanes().collect::<Vec<_>>().into_iter().rev() {
            self.declare_lane(&stream, subscription, lane, policy).await?;
        }
        if takes_over { drop_consumer(&stream, names::BACKLOG).await } else { Ok(()) }
    }

    /// Checks a group, and leaves everything as it is.
    async fn verify(
        &self,
        stream: &Stream,
        subscription: &Subscription,
        found: &[Info],
    ) -> Result<(), Error> {
        for lane in lanes() {
            self.declare_lane(stream, subscription, lane, DeliverPolicy::New).await?;
        }
        if found.iter().all(|info| info.name != names::BACKLOG) {
            return Ok(());
        }
        Err(Error::config(format!(
            "consumer `{}` of stream `{}` keeps what was published before there was a group: join \
             once with `topology=declare`, or delete it",
            names::BACKLOG,
            stream.cached_info().config.name
        )))
    }

    /// Whether this group is the first of its subject.
    async fn is_heir(&self, subject: &str, group: &str) -> Result<bool, Error> {
        let key = format!("a/backlog/{subject}");
        let name = bytes::Bytes::copy_from_slice(group.as_bytes());
        if self.ledger.write(&key, name.clone(), 0, FOR_EVER).await?.is_some() {
            return Ok(true);
        }
        Ok(self.ledger.read(&key).await?.value == Some(name))
    }

    async fn declare_lane(
        &self,
        stream: &Stream,
        subscription: &Subscription,
        lane: Option<usize>,
        deliver_policy: DeliverPolicy,
    ) -> Result<(), Error> {
        let Subscription { subject, group, lease, ephemeral } = subscription;
        let name = names::consumer(group, lane);
        let mut wanted = Consumer {
            durable_name: Some(name.clone()),
            deliver_policy,
            ack_policy: AckPolicy::Explicit,
            ack_wait: with_margin(*lease),
            // The count of attempts is not the server's.
            max_deliver: -1,
            max_ack_pending: if lane.is_some() { 1 } else { -1 },
            filter_subject: names::lane(&self.config.prefix, subject, lane),
            inactive_threshold: if *ephemeral { GROUP_LIFE } else { Duration::ZERO },
            ..Consumer::default()
        };
        if let Some(found) = consumer(stream, &name).await? {
            form::consumer(&name, &found.config, &wanted.filter_subject, lane.is_some())?;
            if !self.leases_longer(&name, found.config.ack_wait, wanted.ack_wait)? {
                return Ok(());
            }
            wanted.deliver_policy = found.config.deliver_policy;
        } else if !self.config.declare && !ephemeral {
            let text = format!(
                "group `{group}` of `{subject}` has no consumer `{name}`, and `topology=verify` \
                 makes none"
            );
            return Err(Error::config(text));
        }
        match stream.create_consumer(wanted).await {
            Ok(_) => Ok(()),
            Err(error) if matches!(error.kind(), ConsumerErrorKind::JetStream(_)) => {
                let text = format!("NATS refuses to make consumer `{name}`");
                Err(Error::config(text).with_source(error))
            }
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Whether the lease of a consumer that is there has to become longer. Never
    /// shorter: those who joined before renew their leases as they know them.
    fn leases_longer(&self, name: &str, theirs: Duration, wanted: Duration) -> Result<bool, Error> {
        if theirs >= wanted {
            if theirs > wanted {
                tracing::warn!(
                    consumer = name,
                    ack_wait = ?theirs,
                    ?wanted,
                    "the server leases for longer than is asked for here: what a dead \
                     process held comes back as late"
                );
            }
            return Ok(false);
        }
        if !self.config.declare {
            return Err(form::short_lease(name, theirs, wanted));
        }
        tracing::warn!(
            consumer = name,
            ack_wait = ?theirs,
            ?wanted,
            "the server leases for longer from now on"
        );
        Ok(true)
    }

    /// Removes an ephemeral group.
    pub(super) async fn leave(&self, subscription: &Subscription) -> Result<(), Error> {
        let (name, _) = names::stream(&self.config.prefix, &subscription.subject);
        let Some(stream) = streams::find(&self.connection, &name).await? else { return Ok(()) };
        for lane in lanes() {
            drop_consumer(&stream, &names::consumer(&subscription.group, lane)).await?;
        }
        Ok(())
    }
}

/// What a subject stands under among those that are known.
fn known_as(subject: &str) -> &str {
    if is_reply(subject) { REPLIES } else { subject }
}

/// All consumers of a stream.
pub(super) async fn consumers(stream: &Stream) -> Result<Vec<Info>, Error> {
    stream.consumers().try_collect().await.map_err(unavailable)
}

/// The unordered consumers of the groups that stay and are whole.
fn groups(consumers: &[Info]) -> Vec<String> {
    let suffix = format!("-{}", names::lane_name(None));
    let stays =
        |info: &&Info| info.name.ends_with(&suffix) && info.config.inactive_threshold.is_zero();
    consumers.iter().filter(stays).map(|info| info.name.clone()).collect()
}

/// Whether a consumer, whoever made it, is to get what is published to a subject of the
/// server.
pub(super) fn covers(info: &Info, subject: &str) -> bool {
    let filters = std::iter::once(&info.config.filter_subject).chain(&info.config.filter_subjects);
    let mut filters = filters.filter(|filter| !filter.is_empty()).peekable();
    filters.peek().is_none() || filters.any(|filter| names::covers(filter, subject))
}

async fn consumer(stream: &Stream, name: &str) -> Result<Option<Info>, Error> {
    use async_nats::jetstream::context::ConsumerInfoErrorKind as Kind;
    match stream.consumer_info(name).await {
        Ok(info) => Ok(Some(info)),
        Err(error) => match error.kind() {
            Kind::NotFound => Ok(None),
            Kind::JetStream(reason) if reason.error_code() == ErrorCode::CONSUMER_NOT_FOUND => {
                Ok(None)
            }
            _ => Err(unavailable(error)),
        },
    }
}

async fn drop_consumer(stream: &Stream, name: &str) -> Result<(), Error> {
    match stream.delete_consumer(name).await {
        Ok(_) => Ok(()),
        Err(error) => match error.kind() {
            ConsumerErrorKind::JetStream(reason)
                if reason.error_code() == ErrorCode::CONSUMER_NOT_FOUND =>
            {
                Ok(())
            }
            _ => Err(unavailable(error)),
        },
    }
}

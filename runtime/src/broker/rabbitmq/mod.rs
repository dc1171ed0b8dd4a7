//! `RabbitMQ`: quorum queues for each lane of a group, bound to one exchange that has
//! the subjects as its routing keys.
//!
//! Redelivery after the death of a consumer, lanes (single active consumers), pauses
//! (queues with a time to live that drop into others) and groups are the server's
//! own. It has no lease: a channel that is open keeps what was delivered over it, so
//! that leases are counted here, and a process that was suspended gives up its
//! connection before it goes on. It has no place for the ledger either.

mod acks;
mod answer;
mod config;
mod connection;
mod consuming;
mod declare;
mod hold;
mod intake;
mod message;
mod names;
mod publish;
mod publisher;
mod query;
mod queues;
mod receipt;
mod session;
mod source;
mod topology;

use std::sync::{Arc, Mutex, PoisonError, Weak};

use futures_core::future::BoxFuture;
use lapin::BasicProperties;
use tokio::runtime::Handle;

use self::answer::{answered, unavailable};
use self::config::Config;
use self::connection::Connection;
use self::publisher::{Publisher, Route, Sent};
use self::queues::Queues;
use self::session::{Held, Session};
use self::topology::Known;
use super::ledger::Choice;
use super::registry::Url;
use super::remote::{Dedupe, Listed, Remote, Source, Wire};
use super::{Backend, Capabilities, Capability, Depth, Error, Publish, Published, Subscription};

/// Opens `amqp://…` or `amqps://…`.
pub(super) fn open(mut url: Url) -> BoxFuture<'static, Result<Arc<dyn Backend>, Error>> {
    Box::pin(async move {
        let choice = Choice::take(&mut url)?;
        let config = Arc::new(Config::read(url)?);
        let connection = Connection::open(Arc::clone(&config)).await?;
        let ledger = choice.open(None, &config.scope()).await?;
        let window = config.dedupe_window;
        let shared = Shared {
            config,
            connection,
            publisher: Publisher::new(),
            queues: Queues::new(Arc::clone(&ledger)),
            known: Known::default(),
            declaring: tokio::sync::Mutex::default(),
            sessions: Mutex::default(),
            runtime: Handle::current(),
        };
        let wire = Dedupe::new(RabbitMq(Arc::new(shared)), Arc::clone(&ledger), window);
        Ok(Arc::new(Remote::new(Arc::new(wire), ledger)) as Arc<dyn Backend>)
    })
}

/// What all work on a server needs.
struct Shared {
    config: Arc<Config>,
    connection: Connection,
    publisher: Publisher,
    queues: Queues,
    known: Known,
    /// Held by who declares a queue.
    declaring: tokio::sync::Mutex<()>,
    /// What this process consumes over, by subject.
    sessions: Mutex<Vec<(String, Weak<Session>)>>,
    runtime: Handle,
}

impl Shared {
    fn send(
        &self,
        route: Route<'_>,
        properties: Box<BasicProperties>,
        body: &[u8],
    ) -> impl Future<Output = Result<Sent, Error>> + Send {
        self.publisher.send(&self.connection, route, properties, body)
    }

    /// Counts what this channel holds from now on.
    fn watch(&self, subject: &str, session: &Arc<Session>) {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|(_, session)| session.strong_count() > 0);
        sessions.push((subject.to_owned(), Arc::downgrade(session)));
    }

    /// What this process holds of a subject.
    fn held(&self, subject: &str) -> Held {
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let of = sessions.iter().filter(|(of, _)| of == subject);
        let mut sum = Held::default();
        for held in of.filter_map(|(_, session)| session.upgrade()).map(|session| session.held()) {
            sum.waiting += held.waiting;
            sum.leased += held.leased;
            sum.parked += held.parked;
        }
        sum
    }
}

/// One server.
struct RabbitMq(Arc<Shared>);

impl Wire for RabbitMq {
    fn capabilities(&self) -> Capabilities {
        const CAPABILITIES: Capabilities = Capabilities::new(&[
            Capability::Durable,
            Capability::Shared,
            Capability::AnyConsumer,
            Capability::Backlog,
            Capability::Browse,
        ]);
        CAPABILITIES
    }

    fn max_message(&self) -> Option<usize> {
        Some(self.0.config.max_message)
    }

    fn dedupe_is_free(&self) -> bool {
        false
    }

    fn hands_over(&self) -> bool {
        // A message that spends its pause over a channel goes with it.
        true
    }

    fn publish(&self, message: Publish) -> BoxFuture<'_, Result<Published, Error>> {
        Box::pin(publish::publish(&self.0, message))
    }

    fn prepare<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(self.0.ensure(subject, None))
    }

    fn join(&self, subscription: Subscription) -> BoxFuture<'_, Result<Box<dyn Source>, Error>> {
        Box::pin(async move {
            let member = source::Member::start(Arc::clone(&self.0), subscription).await?;
            Ok(Box::new(member) as Box<dyn Source>)
        })
    }

    fn depth<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<Depth, Error>> {
        Box::pin(query::depth(&self.0, subject))
    }

    fn browse<'a>(
        &'a self,
        subject: &'a str,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Listed>, Error>> {
        Box::pin(query::browse(&self.0, subject, after, limit))
    }

    fn close(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async {
            self.0.connection.close().await;
            Ok(())
        })
    }
}

//! Connections: one to publish over and one to consume over, since a server that
//! is short of memory stops reading from those that publish; and one to ask over,
//! since some answers close it. Each is made where it is needed, and again where it
//! is gone.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use lapin::tcp::OwnedTLSConfig;
use lapin::uri::{AMQPAuthority, AMQPQueryString, AMQPScheme, AMQPUri, AMQPUserInfo};
use lapin::{Channel, ConnectionProperties};
use tokio::runtime::Handle;

use super::config::Config;
use super::{answered, unavailable};
use crate::broker::address::host_and_port;
use crate::broker::{Error, ErrorKind};

/// The connections to a server.
pub(super) struct Connection {
    config: Arc<Config>,
    runtime: Handle,
    publishing: Slot,
    consuming: Slot,
    asking: Slot,
    closed: AtomicBool,
}

/// A connection, while there is one.
#[derive(Default)]
struct Slot(tokio::sync::Mutex<Place>);

#[derive(Default)]
struct Place {
    link: Option<Arc<Link>>,
    /// When the last try to connect failed.
    failed: Option<Instant>,
}

/// One connection, for as long as it lasts.
pub(super) struct Link {
    connection: lapin::Connection,
    heartbeat: Duration,
    /// When this process was last seen awake.
    seen: Mutex<Instant>,
    cut: AtomicBool,
    /// Channels that nobody publishes over now.
    pub(super) idle: Mutex<Vec<Channel>>,
}

impl Connection {
    pub(super) async fn open(config: Arc<Config>) -> Result<Self, Error> {
        if config.tls {
            // The client library takes what the process has; where that is nothing,
            // or two at once, it panics.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let connection = Self {
            config,
            runtime: Handle::current(),
            publishing: Slot::default(),
            consuming: Slot::default(),
            asking: Slot::default(),
            closed: AtomicBool::new(false),
        };
        connection.consuming().await?;
        Ok(connection)
    }

    pub(super) async fn publishing(&self) -> Result<Arc<Link>, Error> {
        self.link(&self.publishing).await
    }

    pub(super) async fn consuming(&self) -> Result<Arc<Link>, Error> {
        self.link(&self.consuming).await
    }

    pub(super) async fn asking(&self) -> Result<Arc<Link>, Error> {
        self.link(&self.asking).await
    }

    async fn link(&self, slot: &Slot) -> Result<Arc<Link>, Error> {
        let asked = Instant::now();
        let mut place = slot.0.lock().await;
        if let Some(link) = place.link.as_ref().filter(|link| link.is_alive()) {
            return Ok(Arc::clone(link));
        }
        place.link = None;
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::closed());
        }
        if place.failed.is_some_and(|failed| failed > asked) {
            // Those who waited for a try that failed do not make one each.
            let text = "the connection to RabbitMQ is gone, and a new one was refused";
            return Err(Error::new(ErrorKind::Unavailable, text));
        }
        // It goes on where the caller does not wait, and is dropped then.
        let link = self.runtime.spawn(connect(Arc::clone(&self.config))).await;
        let link = link.map_err(unavailable)?;
        place.failed = link.is_err().then(Instant::now);
        let link = Arc::new(link?);
        self.runtime.spawn(watch(Arc::downgrade(&link)));
        place.link = Some(Arc::clone(&link));
        Ok(link)
    }

    pub(super) async fn close(&self) {
        self.closed.store(true, Ordering::Release);
        for slot in [&self.publishing, &self.consuming, &self.asking] {
            if let Some(link) = slot.0.lock().await.link.take() {
                link.close("closed").await;
            }
        }
    }
}

impl Link {
    /// Whether what was delivered over this connection is still ours. A process that
    /// was suspended for long is not asked first: the server may have given it up.
    pub(super) fn is_alive(&self) -> bool {
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        !self.cut.load(Ordering::Acquire)
            && self.connection.status().connected()
            && seen.elapsed() < self.heartbeat
    }

    pub(super) async fn channel(&self) -> Result<Channel, Error> {
        answered(self.connection.create_channel()).await.map_err(unavailable)
    }

    /// Notes that this process is awake; returns whether it has been all along.
    fn beat(&self) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.elapsed() >= self.heartbeat {
            self.cut.store(true, Ordering::Release);
            return false;
        }
        *seen = Instant::now();
        true
    }

    async fn close(&self, why: &'static str) {
        self.cut.store(true, Ordering::Release);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        // One that is gone needs no farewell.
        let _ = answered(self.connection.close(200, why.into())).await;
    }
}

/// Watches over a connection until it is dropped or cut.
async fn watch(link: Weak<Link>) {
    while let Some(link) = link.upgrade() {
        if !link.connection.status().connected() {
            tracing::warn!("a connection to RabbitMQ is gone");
            return;
        }
        if !link.beat() {
            tracing::warn!("this process was suspended; its connection to RabbitMQ is made anew");
            return link.close("suspended").await;
        }
        let pause = link.heartbeat / 4;
        drop(link);
        tokio::time::sleep(pause).await;
    }
}

async fn connect(config: Arc<Config>) -> Result<Link, Error> {
    let mut last = None;
    for host in &config.address.hosts {
        match connect_to(&config, host).await {
            Ok(link) => return Ok(link),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| Error::config("no host of RabbitMQ is named")))
}

async fn connect_to(config: &Config, host: &str) -> Result<Link, Error> {
    let properties = ConnectionProperties::default().with_connection_name("agentgen".into());
    let runtime = lapin::runtime::default_runtime().map_err(unavailable)?;
    let (uri, tls) = (uri(config, host)?, tls(config)?);
    let connecting = lapin::Connection::connect_uri_with_config(uri, properties, tls, runtime);
    let connection = answered(connecting).await.map_err(|error| {
        let kind = if error.is_of_access() { ErrorKind::Config } else { ErrorKind::Unavailable };
        Error::new(kind, format!("no connection to RabbitMQ at `{host}`")).with_source(error)
    })?;
    Ok(Link {
        connection,
        heartbeat: Duration::from_secs(config.heartbeat.into()),
        seen: Mutex::new(Instant::now()),
        cut: AtomicBool::new(false),
        idle: Mutex::default(),
    })
}

fn uri(config: &Config, host: &str) -> Result<AMQPUri, Error> {
    let (scheme, port) =
        if config.tls { (AMQPScheme::AMQPS, 5671) } else { (AMQPScheme::AMQP, 5672) };
    let (host, port) = host_and_port(host, port)?;
    let word = |word: &Option<String>| word.clone().unwrap_or_else(|| "guest".to_owned());
    let userinfo = AMQPUserInfo {
        username: word(&config.address.user),
        password: word(&config.address.password),
    };
    let query = AMQPQueryString { heartbeat: Some(config.heartbeat), ..Default::default() };
    let authority = AMQPAuthority { userinfo, host, port };
    Ok(AMQPUri { scheme, authority, vhost: config.vhost.clone(), query })
}

fn tls(config: &Config) -> Result<OwnedTLSConfig, Error> {
    let Some(ca) = &config.ca else { return Ok(OwnedTLSConfig::default()) };
    let chain = std::fs::read_to_string(ca).map_err(|error| {
        Error::config(format!("option `tls_ca={}` cannot be read", ca.display())).with_source(error)
    })?;
    Ok(OwnedTLSConfig { identity: None, cert_chain: Some(chain) })
}

//! The connection, which reconnects by itself, and the notices that come over
//! it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _, TlsCertificates};
use redis::{FromRedisValue, ProtocolVersion, PushInfo, PushKind, RedisConnectionInfo};
use redis::{RedisResult, ScriptInvocation, Value};
use tokio::sync::{mpsc, watch};

use super::config::Config;
use super::unavailable;
use crate::broker::{Error, ErrorKind};

/// How long an answer is waited for, and a connection.
const ANSWER: Duration = Duration::from_secs(5);

/// How long the first connection is waited for, over all tries: a server without TLS
/// does not answer one that asks for it.
const FIRST: Duration = Duration::from_secs(10);

/// Who waits for notices about a subject, by the name of its channel.
type Waiting = Arc<Mutex<HashMap<String, Weak<watch::Sender<u64>>>>>;

/// A connection that all consumers share.
#[derive(Clone)]
pub(super) struct Connection {
    manager: ConnectionManager,
    pub(super) config: Arc<Config>,
    waiting: Waiting,
}

/// A consumer's place among those that are woken.
pub(super) struct Notices {
    pub(super) changes: watch::Receiver<u64>,
    _sender: Arc<watch::Sender<u64>>,
}

impl Connection {
    pub(super) async fn open(config: Config) -> Result<Self, Error> {
        let (sender, pushes) = mpsc::unbounded_channel();
        let settings = ConnectionManagerConfig::new()
            .set_response_timeout(Some(ANSWER))
            .set_connection_timeout(Some(ANSWER))
            .set_max_delay(Duration::from_millis(500))
            .set_push_sender(sender)
            .set_automatic_resubscription();
        let unreached = |why| {
            let text = format!("no connection to Redis at `{}:{}`{why}", config.host, config.port);
            Error::new(ErrorKind::Unavailable, text)
        };
        let (client, waiting) = (client(&config)?, Waiting::default());
        let connecting = ConnectionManager::new_with_config(client, settings);
        let manager = match tokio::time::timeout(FIRST, connecting).await {
            Ok(manager) => manager.map_err(|error| unreached("").with_source(error))?,
            Err(_) if config.tls => {
                return Err(unreached(": no answer, as of a port without TLS"));
            }
            Err(_) => return Err(unreached(": no answer")),
        };
        tokio::spawn(dispatch(pushes, Arc::clone(&waiting)));
        let connection = Self { manager, config: Arc::new(config), waiting };
        connection.warn_if_volatile().await;
        Ok(connection)
    }

    /// Runs a script.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, Error> {
        self.invoke(script).await.map_err(unavailable)
    }

    /// As [`run`](Self::run), for who has to tell several why it failed.
    pub(super) async fn invoke<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> RedisResult<T> {
        script.invoke_async(&mut self.manager.clone()).await
    }

    pub(super) async fn query<T: FromRedisValue>(&self, command: &redis::Cmd) -> Result<T, Error> {
        command.query_async(&mut self.manager.clone()).await.map_err(unavailable)
    }

    /// Asks to be told of changes under a subject.
    pub(super) async fn notices(&self, subject: &str) -> Result<Notices, Error> {
        let channel = format!("{}:wake:{subject}", self.config.prefix);
        let sender = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.retain(|_, sender| sender.strong_count() > 0);
            let known = waiting.get(&channel).and_then(Weak::upgrade);
            let sender = known.unwrap_or_else(|| Arc::new(watch::Sender::new(0)));
            waiting.insert(channel.clone(), Arc::downgrade(&sender));
            sender
        };
        self.manager.clone().subscribe(channel).await.map_err(unavailable)?;
        Ok(Notices { changes: sender.subscribe(), _sender: sender })
    }

    /// Stops the notices of a subject that nobody here waits for any more.
    pub(super) async fn silence(&self, subject: &str) -> Result<(), Error> {
        let channel = format!("{}:wake:{subject}", self.config.prefix);
        {
            let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if waiting.get(&channel).is_some_and(|sender| sender.strong_count() > 1) {
                return Ok(());
            }
        }
        self.manager.clone().unsubscribe(channel).await.map_err(unavailable)
    }

    /// Redis forgets by default: what it confirms is as durable as its append-only
    /// file. A server that does not tell how it is configured is believed.
    async fn warn_if_volatile(&self) {
        let mut ask = redis::cmd("CONFIG");
        let answer: Result<HashMap<String, String>, _> =
            self.query(ask.arg("GET").arg("appendonly")).await;
        if answer.is_ok_and(|answer| answer.get("appendonly").is_some_and(|value| value == "no")) {
            tracing::warn!(
                "Redis runs without its append-only file: messages are lost with the server; \
                 set `appendonly yes`"
            );
        }
    }
}

fn client(config: &Config) -> Result<Client, Error> {
    let wrong = |error| Error::config("the settings for Redis do not fit").with_source(error);
    let (host, port) = (config.host.clone(), config.port);
    if config.tls {
        // The client library takes what the process has; where that is nothing,
        // or two at once, it panics.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let address = if config.tls {
        ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None }
    } else {
        ConnectionAddr::Tcp(host, port)
    };
    let mut settings = RedisConnectionInfo::default()
        .set_db(config.database)
        // Notices and answers share a connection.
        .set_protocol(ProtocolVersion::RESP3);
    if let Some(user) = &config.user {
        settings = settings.set_username(user);
    }
    if let Some(password) = &config.password {
        settings = settings.set_password(password);
    }
    let info: ConnectionInfo = address.into_connection_info().map_err(wrong)?;
    let info = info.set_redis_settings(settings);
    let Some(ca) = &config.ca else { return Client::open(info).map_err(wrong) };
    let root_cert = std::fs::read(ca).map_err(|error| {
        Error::config(format!("option `tls_ca={}` cannot be read", ca.display())).with_source(error)
    })?;
    let certificates = TlsCertificates { client_tls: None, root_cert: Some(root_cert) };
    Client::build_with_tls(info, certificates).map_err(wrong)
}

/// Wakes those who wait, until the connection is dropped.
async fn dispatch(mut pushes: mpsc::UnboundedReceiver<PushInfo>, waiting: Waiting) {
    while let Some(push) = pushes.recv().await {
        let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match (push.kind, push.data.as_slice()) {
            (PushKind::Message, [Value::BulkString(channel), ..]) => {
                let channel = String::from_utf8_lossy(channel);
                let sender = waiting.get(&*channel).and_then(Weak::upgrade);
                if let Some(sender) = sender {
                    sender.send_modify(|count| *count += 1);
                }
            }
            // What was published while nobody listened has to be looked for.
            (PushKind::Disconnection | PushKind::Subscribe, _) => {
                let mut channels: Vec<_> = waiting.values().filter_map(Weak::upgrade).collect();
                for sender in &mut channels {
                    sender.send_modify(|count| *count += 1);
                }
            }
            _ => {}
        }
    }
}

//! The connection, which reconnects for as long as it is used.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::{self, context::ContextBuilder};
use async_nats::{Client, ConnectOptions, Event, RequestErrorKind, ServerAddr};
use serde::Deserialize;
use tokio::sync::watch;

use super::clock::Clock;
use super::config::Config;
use crate::broker::{Error, ErrorKind};

/// How long an answer of the server is waited for.
const ANSWER: Duration = Duration::from_secs(5);

/// The longest pause between two tries to connect.
const MAX_PAUSE: Duration = Duration::from_secs(1);

/// A connection to a server with `JetStream`.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) jetstream: jetstream::Context,
    /// Moves with every new connection.
    pub(super) connected: watch::Receiver<u64>,
    pub(super) clock: Arc<Clock>,
}

impl Connection {
    pub(super) async fn open(config: &Config) -> Result<Self, Error> {
        let (count, connected) = watch::channel(0);
        let options = options(config).await?.event_callback(move |event| {
            match event {
                Event::Connected => count.send_modify(|count| *count += 1),
                event => tracing::warn!(%event, "the connection to NATS"),
            }
            std::future::ready(())
        });
        let client = options.connect(servers(config)?).await.map_err(|error| {
            let hosts = config.address.hosts.join(",");
            Error::new(ErrorKind::Unavailable, format!("no connection to NATS at `{hosts}`"))
                .with_source(error)
        })?;
        let jetstream =
            ContextBuilder::new().timeout(ANSWER).ack_timeout(ANSWER).build(client.clone());
        has_jetstream(&client).await?;
        Ok(Self { client, jetstream, connected, clock: Arc::default() })
    }
}

/// An answer that says what is wrong.
#[derive(Deserialize)]
struct Refusal {
    error: Option<serde_json::Value>,
}

async fn has_jetstream(client: &Client) -> Result<(), Error> {
    let without = "NATS answers, but has no JetStream for this account: start the server with \
                   JetStream, and give the account limits for it";
    match client.request("$JS.API.INFO", bytes::Bytes::new()).await {
        Ok(answer) => match serde_json::from_slice(&answer.payload) {
            Ok(Refusal { error: Some(error) }) => {
                Err(Error::config(format!("{without} ({error})")))
            }
            _ => Ok(()),
        },
        Err(error) if error.kind() == RequestErrorKind::NoResponders => {
            Err(Error::config(without).with_source(error))
        }
        Err(error) => Err(super::unavailable(error)),
    }
}

async fn options(config: &Config) -> Result<ConnectOptions, Error> {
    let mut options = ConnectOptions::new()
        .name("agentgen")
        .require_tls(config.tls)
        .max_reconnects(None)
        .ping_interval(Duration::from_secs(5))
        .request_timeout(Some(ANSWER))
        .reconnect_delay_callback(|tries| {
            let millis = 20_u64.saturating_mul(1 << tries.min(10));
            Duration::from_millis(millis).min(MAX_PAUSE)
        });
    if let Some(ca) = &config.ca {
        options = options.add_root_certificates(ca.clone());
    }
    if let Some(file) = &config.credentials {
        options = options.credentials_file(file).await.map_err(|error| {
            let text = format!("option `credentials={}` cannot be read", file.display());
            Error::config(text).with_source(error)
        })?;
    }
    Ok(match (&config.address.user, &config.address.password) {
        (Some(user), Some(password)) => options.user_and_password(user.clone(), password.clone()),
        (Some(token), None) => options.token(token.clone()),
        (None, _) => options,
    })
}

fn servers(config: &Config) -> Result<Vec<ServerAddr>, Error> {
    let scheme = if config.tls { "tls" } else { "nats" };
    let parse = |host: &String| {
        format!("{scheme}://{host}").parse::<ServerAddr>().map_err(|error| {
            Error::config(format!("`{host}` is no address of a NATS server")).with_source(error)
        })
    };
    config.address.hosts.iter().map(parse).collect()
}

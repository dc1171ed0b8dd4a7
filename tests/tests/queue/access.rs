//! Credentials and TLS in the URLs of brokers, over real servers.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use agentgen::Metadata;
use agentgen::broker::{Broker, Publish};

use crate::server::{self, Server};
use crate::sqlite::fresh_file;

pub(crate) const PASSWORD: &str = "p@ss:word";
pub(crate) const ESCAPED: &str = "p%40ss%3Aword";

/// A message goes in and is counted.
pub(crate) async fn works(url: &str) {
    let broker = Broker::open(url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    broker.publish(Publish::new("work", Metadata::new(), "a")).await.expect("it is stored");
    assert_eq!(broker.depth("work").await.expect("the depth").total(), 1);
    broker.close().await.expect("it closes");
}

pub(crate) async fn is_refused(url: &str) {
    let opened = tokio::time::timeout(Duration::from_secs(30), Broker::open(url)).await;
    let error = opened.expect("a refusal in time").expect_err("anybody may come in");
    let told = [PASSWORD, ESCAPED, "wrong-word"].map(|secret| error.to_string().contains(secret));
    assert_eq!(told, [false; 3], "the error tells the password: {error}");
}

/// A certificate of `localhost` that signs itself, and its key.
pub(crate) fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .stderr(Stdio::null())
        .status();
    assert!(made.expect("openssl is there").success(), "openssl made no certificate");
    (certificate, key)
}

fn nats(arguments: impl Fn(&Path) -> Vec<String> + Send + Sync + 'static) -> Server {
    Server::start("nats-access", move |port, folder| {
        let mut command = server::nats_command(port, folder);
        command.args(arguments(folder));
        command
    })
}

fn redis(arguments: impl Fn(u16, &Path) -> Vec<String> + Send + Sync + 'static) -> Server {
    Server::start("redis-access", move |port, folder| {
        let mut command = server::redis_command(port, folder);
        command.args(arguments(port, folder));
        command
    })
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[tokio::test]
async fn nats_takes_the_user_and_password_of_the_url() {
    let server = nats(|_| words(&["--user", "me", "--pass", PASSWORD]));
    works(&format!("nats://me:{ESCAPED}@127.0.0.1:{}", server.port)).await;
    is_refused(&format!("nats://me:wrong-word@127.0.0.1:{}", server.port)).await;
}

#[tokio::test]
async fn redis_takes_the_user_and_password_of_the_url() {
    let server = redis(|_, _| words(&["--requirepass", PASSWORD]));
    works(&format!("redis://:{ESCAPED}@127.0.0.1:{}/3", server.port)).await;
    works(&format!("redis://default:{ESCAPED}@127.0.0.1:{}", server.port)).await;
    is_refused(&format!("redis://:wrong-word@127.0.0.1:{}", server.port)).await;
}

fn rabbitmq(config: impl Fn(&Path) -> String + Send + Sync + 'static) -> Server {
    Server::start("rabbitmq-access", move |port, folder| {
        server::rabbitmq_command(port, folder, &config(folder))
    })
}

/// One server with both, since it takes long to start.
#[tokio::test]
async fn rabbitmq_takes_credentials_and_trusts_the_certificates_it_is_told_to() {
    let tls = server::free_port();
    let server = rabbitmq(move |folder| {
        let (certificate, key) = certificate(folder);
        let (certificate, key) = (certificate.display(), key.display());
        format!(
            "default_user = me\ndefault_pass = {PASSWORD}\nlisteners.ssl.1 = 127.0.0.1:{tls}\n\
             ssl_options.certfile = {certificate}\nssl_options.keyfile = {key}\n\
             ssl_options.verify = verify_none\n"
        )
    });
    let ledger = |name| format!("ledger=sqlite:{}", fresh_file(name).display());
    let plain = |user: &str, name| {
        format!("amqp://{user}@127.0.0.1:{}/%2f?prefix={name}&{}", server.port, ledger(name))
    };
    works(&plain(&format!("me:{ESCAPED}"), "rabbitmq-user")).await;
    is_refused(&plain("me:wrong-word", "rabbitmq-wrong")).await;
    let user = format!("me:{ESCAPED}");
    let secure = format!("amqps://{user}@localhost:{tls}?prefix=tls&{}", ledger("rabbitmq-tls"));
    is_refused(&secure).await;
    let ca = server.folder.join("certificate.pem");
    works(&format!("{secure}&tls_ca={}", ca.display())).await;
}

#[tokio::test]
async fn nats_over_tls_trusts_the_certificates_it_is_told_to() {
    let server = nats(|folder| {
        let (certificate, key) = certificate(folder);
        let path = |path: PathBuf| path.display().to_string();
        words(&["--tls", "--tlscert", &path(certificate), "--tlskey", &path(key)])
    });
    let ca = server.folder.join("certificate.pem");
    works(&format!("tls://localhost:{}?tls_ca={}", server.port, ca.display())).await;
    is_refused(&format!("tls://localhost:{}", server.port)).await;
}

#[tokio::test]
async fn redis_over_tls_trusts_the_certificates_it_is_told_to() {
    let server = redis(|port, folder| {
        let (certificate, key) = certificate(folder);
        let (certificate, key) = (certificate.display().to_string(), key.display().to_string());
        let port = port.to_string();
        words(&["--port", "0", "--tls-port", &port, "--tls-auth-clients", "no"])
            .into_iter()
            .chain(words(&["--tls-cert-file", &certificate, "--tls-key-file", &key]))
            .collect()
    });
    let ca = server.folder.join("certificate.pem");
    works(&format!("rediss://localhost:{}?tls_ca={}", server.port, ca.display())).await;
    is_refused(&format!("rediss://localhost:{}", server.port)).await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_in_time() {
    let ledger = fresh_file("nowhere").display().to_string();
    let kafka = format!("kafka://127.0.0.1:1?ledger=sqlite:{ledger}");
    for url in ["amqp://127.0.0.1:1", "nats://127.0.0.1:1", "redis://127.0.0.1:1", &kafka] {
        let opened = tokio::time::timeout(Duration::from_secs(30), Broker::open(url)).await;
        let error = opened.expect("an answer in time").expect_err(url);
        assert!(error.is_retryable() && error.to_string().contains("127.0.0.1:1"), "{error}");
    }
}

#[tokio::test]
async fn options_and_addresses_that_make_no_sense_are_refused() {
    for (url, reason) in [
        ("amqp://host?heartbeat=0", "no number from 1 to 600"),
        ("amqp://host:port", "is no `HOST:PORT`"),
        ("amqp://host?remember=1", "unknown option `remember`"),
        ("amqp://me@host", "`amqp://me@…` has no password"),
        ("amqp://host?tls_ca=ca.pem", "option `tls_ca` needs TLS"),
        ("amqp://host?max_message=1", "no number from 65536 to"),
        ("nats://host?tls_ca=ca.pem", "option `tls_ca` needs TLS, which `nats:` does not use"),
        ("nats:host", "needs a host"),
        ("nats://host/path", "takes no path"),
        ("nats://host?prefix=a.b", "may have letters"),
        ("nats://host?replicas=9", "no number from 1 to 5"),
        ("nats://host?topology=guess", "is neither `declare` nor `verify`"),
        ("nats://host?tls=yes", "unknown option `tls`"),
        ("redis://a,b", "takes one host"),
        ("redis://me@host", "`redis://me@…` has no password"),
        ("redis://host?tls_ca=ca.pem", "option `tls_ca` needs TLS"),
        ("redis://host:port", "is no `HOST:PORT`"),
        ("redis://host/first", "is no number of a Redis database"),
        ("redis://host?remember=1", "unknown option `remember`"),
        ("kafka://host/path", "takes no path"),
        ("kafka://host?tls_ca=ca.pem", "option `tls_ca` needs TLS"),
        ("kafka://host?partitions=0", "no number from 1 to 1000"),
        ("kafka://host?session_timeout=0", "between 1 and 1800 seconds"),
        ("kafka://host?sasl=magic", "is neither `plain`"),
        ("kafka://host?replicas=1", "unknown option `replicas`"),
    ] {
        let error = Broker::open(url).await.expect_err(url);
        assert!(error.to_string().contains(reason), "{url}: {error}");
    }
}

//! Credentials and TLS in the URLs of Kafka. The server of the tests knows SCRAM,
//! and no TLS: that is put in front of it.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use agentgen_tests::environment::installed;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::access::{ESCAPED, PASSWORD, certificate, is_refused, works};
use crate::server::{Server, kafka_command};

#[tokio::test]
async fn kafka_takes_the_user_and_password_of_the_url() {
    let server = Server::start("kafka-access", |port, folder| {
        let mut command = kafka_command(port, folder);
        if folder.join("closed").exists() {
            command.arg("--authentication");
        }
        command
    });
    let mut user = Command::new(installed("kafka-server"));
    let broker = format!("tcp://127.0.0.1:{}", server.port);
    user.args(["user", "create", "--broker", &broker, "me", PASSWORD]);
    assert!(user.status().expect("the server's tool").success(), "no user was made");
    std::fs::write(server.folder.join("closed"), "").expect("a file");
    server.kill();
    server.restart();
    let options = format!("sasl=scram-sha-512&ledger=sqlite:{}/l.db", server.folder.display());
    works(&format!("kafka://me:{ESCAPED}@127.0.0.1:{}?{options}", server.port)).await;
    is_refused(&format!("kafka://me:wrong-word@127.0.0.1:{}?{options}", server.port)).await;
}

/// Takes TLS off what comes, and passes it on.
async fn take_tls_off(front: TcpListener, acceptor: TlsAcceptor, port: u16) {
    while let Ok((connection, _)) = front.accept().await {
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            let mut outside = acceptor.accept(connection).await.ok()?;
            let mut inside = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
            tokio::io::copy_bidirectional(&mut outside, &mut inside).await.ok()
        });
    }
}

fn acceptor(folder: &Path) -> TlsAcceptor {
    let (certificate, key) = certificate(folder);
    let certificate = CertificateDer::from_pem_file(certificate).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(key).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key);
    TlsAcceptor::from(Arc::new(config.expect("a server of TLS")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kafka_over_tls_trusts_the_certificates_it_is_told_to() {
    let front = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let outside = front.local_addr().expect("its number").port();
    let server = Server::start("kafka-tls", move |port, folder| {
        let mut command = kafka_command(port, folder);
        command.args(["--advertised-listener-url", &format!("tcp://localhost:{outside}")]);
        command
    });
    tokio::spawn(take_tls_off(front, acceptor(&server.folder), server.port));
    let ca = server.folder.join("certificate.pem");
    let options = format!("ledger=sqlite:{}/l.db", server.folder.display());
    works(&format!("kafka+ssl://localhost:{outside}?tls_ca={}&{options}", ca.display())).await;
    is_refused(&format!("kafka+ssl://localhost:{outside}?{options}")).await;
}

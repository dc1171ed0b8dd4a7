//! TLS: curl over both versions of HTTP, gRPC and Connect of Node.js, and
//! clients that must show a certificate.

use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use agentgen::Code;
use agentgen::server::Tls;
use agentgen_tests::environment::{node_script, system};
use agentgen_tests::serving::Serving;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::connect::{Contract, run, server};

/// An authority, and what it has signed, as files.
struct Authority {
    folder: tempfile::TempDir,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let key = KeyPair::generate().expect("there is randomness");
        let mut own = CertificateParams::new([]).expect("no name is wrong");
        own.distinguished_name.push(DnType::CommonName, "authority");
        own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = own.self_signed(&key).expect("it can be signed");
        let authority = Self { folder, issuer: Issuer::new(own, key) };
        std::fs::write(authority.file("ca.pem"), certificate.pem()).expect("it can be written");
        authority
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes `NAME.pem` and `NAME.key`.
    fn sign(&self, name: &str) {
        let key = KeyPair::generate().expect("there is randomness");
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let own = CertificateParams::new(names).expect("the names are names");
        let certificate = own.signed_by(&key, &self.issuer).expect("it can be signed");
        std::fs::write(self.file(&format!("{name}.pem")), certificate.pem()).expect("written");
        std::fs::write(self.file(&format!("{name}.key")), key.serialize_pem()).expect("written");
    }

    /// The identity of a server.
    fn server(&self) -> Tls {
        self.sign("server");
        let files = (self.file("server.pem"), self.file("server.key"));
        Tls::from_files(files.0, files.1).expect("it is an identity")
    }
}

async fn curl(serving: &Serving, authority: &Path, arguments: &[&str]) -> Output {
    let mut curl = Command::new(system("curl"));
    curl.args(["--silent", "--show-error", "--max-time", "20"]).arg("--cacert").arg(authority);
    curl.args(["--write-out", " %{http_version}", "--output", "/dev/null"]).args(arguments);
    let url = format!("https://{}/v1/shelves/1/documents/2", serving.address());
    curl.arg(url).output().await.expect("curl starts")
}

#[tokio::test]
async fn either_version_of_http_is_agreed_on_and_plain_text_is_not_answered() {
    let authority = Authority::new();
    let serving = Serving::start(server().tls(authority.server())).await;
    for (argument, version) in [("--http1.1", " 1.1"), ("--http2", " 2")] {
        let output = curl(&serving, &authority.file("ca.pem"), &[argument]).await;
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(String::from_utf8_lossy(&output.stdout), version, "{error}");
    }
    let untrusted = curl(&serving, &authority.file("server.key"), &[]).await;
    assert!(!untrusted.status.success(), "a stranger's certificate is not trusted");
    let plain = Command::new(system("curl")).arg("--silent").arg(serving.url()).output().await;
    assert!(!plain.expect("curl starts").status.success(), "no plain text");
    serving.stop().await;
}

#[tokio::test]
async fn node_calls_over_tls_with_a_certificate_of_its_own_and_not_without() {
    let (authority, contract) = (Authority::new(), Contract::write());
    authority.sign("client");
    let roots = std::fs::read(authority.file("ca.pem")).expect("it was written");
    let tls = authority.server().require_clients_of(roots).expect("they are authorities");
    let serving = Serving::start(server().tls(tls)).await;
    let mut script = Command::from(node_script("tls_node.js"));
    script.arg(contract.path()).arg(format!("https://{}", serving.address()));
    script.args(["ca.pem", "client.pem", "client.key"].map(|name| authority.file(name)));
    run(script).await;
    let stranger = curl(&serving, &authority.file("ca.pem"), &[]).await;
    assert!(!stranger.status.success(), "a client without a certificate");
    serving.stop().await;
}

#[tokio::test]
async fn a_client_that_never_begins_the_handshake_is_cut_off() {
    let authority = Authority::new();
    let hasty = server().tls(authority.server());
    let hasty = hasty.limits(|limits| limits.header_timeout = Duration::from_millis(100));
    let serving = Serving::start(hasty).await;
    let mut socket = TcpStream::connect(serving.address()).await.expect("it listens");
    let mut byte = [0; 1];
    let read = tokio::time::timeout(Duration::from_secs(10), socket.read(&mut byte)).await;
    assert!(matches!(read.expect("it is closed"), Ok(0) | Err(_)));
    serving.stop().await;
}

#[tokio::test]
async fn a_key_of_another_certificate_is_refused_before_anything_is_served() {
    let authority = Authority::new();
    authority.sign("one");
    authority.sign("other");
    let tls = Tls::from_files(authority.file("one.pem"), authority.file("other.key"));
    let refused = server().tls(tls.expect("each is readable")).listen("127.0.0.1:0").await;
    assert_eq!(refused.expect_err("they do not match").code(), Code::InvalidArgument);
}

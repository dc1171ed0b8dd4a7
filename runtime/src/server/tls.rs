//! TLS on the socket: the server's identity, and the authorities whose clients
//! it lets in. HTTP/2 and HTTP/1.1 are agreed on in the handshake (ALPN).

use std::path::Path;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::Status;

/// How a server proves who it is, and whether its clients must as well.
///
/// Versions 1.2 and 1.3 of TLS are spoken, with the cryptography of `ring`.
#[derive(Debug)]
pub struct Tls {
    certificates: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    clients: Option<RootCertStore>,
}

impl Tls {
    /// An identity in PEM: the server's certificate, followed by those that lead
    /// to its authority, and the private key.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` where one is missing or malformed.
    pub fn from_pem(certificates: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Result<Self, Status> {
        let certificates = read_certificates(certificates.as_ref())?;
        let key = PrivateKeyDer::from_pem_slice(key.as_ref())
            .map_err(|error| wrong("the private key cannot be read", error))?;
        Ok(Self { certificates, key, clients: None })
    }

    /// An identity in two files of PEM, read now: a renewed certificate takes
    /// effect when the server starts again.
    ///
    /// # Errors
    /// As for [`from_pem`](Self::from_pem), and where a file cannot be read.
    pub fn from_files(
        certificates: impl AsRef<Path>,
        key: impl AsRef<Path>,
    ) -> Result<Self, Status> {
        Self::from_pem(read(certificates.as_ref())?, read(key.as_ref())?)
    }

    /// Lets in only clients that have a certificate of one of these
    /// authorities, in PEM.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` where one is malformed, or there is none.
    pub fn require_clients_of(mut self, authorities: impl AsRef<[u8]>) -> Result<Self, Status> {
        let roots = self.clients.get_or_insert_with(RootCertStore::empty);
        for authority in read_certificates(authorities.as_ref())? {
            roots.add(authority).map_err(|error| wrong("no authority", error))?;
        }
        Ok(self)
    }

    /// What accepts connections.
    ///
    /// # Errors
    /// Certificate and key do not belong together.
    pub(super) fn acceptor(self) -> Result<TlsAcceptor, Status> {
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong("no version of TLS is left", error))?;
        let config = match self.clients {
            None => config.with_no_client_auth(),
            Some(roots) => config.with_client_cert_verifier(verifier(roots, provider)?),
        };
        let mut config = config
            .with_single_cert(self.certificates, self.key)
            .map_err(|error| wrong("certificate and key cannot be used", error))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

fn verifier(
    roots: RootCertStore,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, Status> {
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .map_err(|error| wrong("the authorities of clients cannot be used", error))
}

fn read_certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Status> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let certificates = read.map_err(|error| wrong("a certificate cannot be read", error))?;
    if certificates.is_empty() {
        return Err(Status::invalid_argument("TLS: the PEM holds no certificate"));
    }
    Ok(certificates)
}

fn read(path: &Path) -> Result<Vec<u8>, Status> {
    std::fs::read(path).map_err(|error| wrong(&format!("{} is unreadable", path.display()), error))
}

fn wrong(what: &str, error: impl std::error::Error + Send + Sync + 'static) -> Status {
    Status::invalid_argument(format!("TLS: {what}: {error}")).with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    #[test]
    fn what_is_no_identity_is_refused_with_a_reason() {
        let refused = |outcome: Result<Tls, Status>| {
            let status = outcome.unwrap_err();
            assert_eq!(status.code(), Code::InvalidArgument);
            status.message().to_owned()
        };
        assert!(refused(Tls::from_pem("", "")).contains("no certificate"));
        let missing = refused(Tls::from_files("/nowhere/a.pem", "/nowhere/b.pem"));
        assert!(missing.contains("/nowhere/a.pem"), "{missing}");
    }
}

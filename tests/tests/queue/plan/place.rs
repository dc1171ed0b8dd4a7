//! The brokers under the plan, each with a store of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::server::{self, Server};
use crate::sqlite::fresh_file;

/// A path that no other run uses, of this test or another.
pub(crate) fn own_file(name: &str) -> PathBuf {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let test = std::thread::current().name().unwrap_or("plan").replace("::", "-");
    fresh_file(&format!("{test}-{name}-{}", NUMBER.fetch_add(1, Ordering::Relaxed)))
}

/// A broker. Duplicates are to reach consumers, so that no message is dropped
/// at the door.
pub(crate) struct Place {
    /// The URL up to its options; a server's port stands as `PORT`.
    base: String,
    pub(crate) server: Option<Arc<Server>>,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self { base: format!("sqlite:{}", own_file("store").display()), server: None }
    }

    pub(crate) fn nats() -> Self {
        Self::at("nats://127.0.0.1:PORT", server::nats())
    }

    pub(crate) fn redis() -> Self {
        Self::at("redis://127.0.0.1:PORT", server::redis())
    }

    pub(crate) fn at(base: &str, server: Server) -> Self {
        Self { base: base.to_owned(), server: Some(Arc::new(server)) }
    }

    pub(crate) fn url(&self) -> String {
        self.url_at(self.server.as_ref().map_or(0, |server| server.port))
    }

    /// The broker behind another port, a proxy's.
    pub(crate) fn url_at(&self, port: u16) -> String {
        format!("{}?dedupe_window=0", self.base.replace("PORT", &port.to_string()))
    }

    /// The server of a broker that has one.
    pub(crate) fn server(&self) -> &Arc<Server> {
        self.server.as_ref().expect("a broker with a server")
    }
}

//! The documents about the services, one of all: `/openapi.json` and
//! `/asyncapi.json`, and the page that shows them.

use std::sync::OnceLock;

use bytes::Bytes;
use http::{HeaderMap, Response, header};

use super::Options;
use super::reply::JSON;
use super::united::{Part, unite};
use crate::Status;
#[cfg(feature = "docs")]
use crate::docs::Site;
use crate::server::Body;
use crate::service::{Dispatcher, ServiceInfo};

/// What a server tells of its contract.
pub(super) struct Documents {
    #[cfg(feature = "queue")]
    dispatcher: Dispatcher,
    openapi: Option<Bytes>,
    asyncapi: Option<Bytes>,
    /// The latter in the terms of the broker, which is known once it is asked for.
    bound: OnceLock<Bytes>,
    #[cfg(feature = "docs")]
    site: Option<Site>,
}

impl Documents {
    /// The documents of the services.
    ///
    /// # Errors
    /// The documents follow different versions of a standard, or the page cannot
    /// stand where the options say.
    #[cfg_attr(not(feature = "docs"), expect(unused_variables, reason = "there is no page"))]
    pub(super) fn new(dispatcher: &Dispatcher, options: &Options) -> Result<Self, Status> {
        Ok(Self {
            #[cfg(feature = "queue")]
            dispatcher: dispatcher.clone(),
            openapi: unite(&parts(dispatcher, |info| info.openapi))?,
            asyncapi: unite(&parts(dispatcher, |info| info.asyncapi))?,
            bound: OnceLock::new(),
            #[cfg(feature = "docs")]
            site: Site::new(&options.docs)?,
        })
    }

    /// Answers a request to read that no route takes, where it is for a
    /// document or the page.
    #[cfg_attr(not(feature = "docs"), expect(unused_variables, reason = "there is no page"))]
    pub(super) fn answer(&self, path: &str, headers: &HeaderMap) -> Option<Response<Body>> {
        let document = path.strip_prefix('/').and_then(|name| self.document(name));
        #[cfg(feature = "docs")]
        let document = document.or_else(|| {
            let site = self.site.as_ref()?;
            site.answer(path, headers, |name| self.document(name))
        });
        document
    }

    #[cfg(not(feature = "queue"))]
    #[expect(clippy::unused_self, reason = "there is no broker")]
    fn in_terms_of_broker(&self, text: &Bytes) -> Bytes {
        text.clone()
    }

    /// The document of channels in the terms of the broker in use.
    #[cfg(feature = "queue")]
    fn in_terms_of_broker(&self, text: &Bytes) -> Bytes {
        let broker = self.dispatcher.board().broker();
        match serde_json::from_slice(text) {
            Ok(document) => super::bound::narrowed(document, broker.as_ref()).to_string().into(),
            // It is ours, and it is JSON.
            Err(_) => text.clone(),
        }
    }

    fn document(&self, name: &str) -> Option<Response<Body>> {
        let text = match name {
            "openapi.json" => self.openapi.clone()?,
            "asyncapi.json" => {
                let text = self.asyncapi.as_ref()?;
                self.bound.get_or_init(|| self.in_terms_of_broker(text)).clone()
            }
            _ => return None,
        };
        let mut response = Response::new(Body::full(text));
        response.headers_mut().insert(header::CONTENT_TYPE, JSON);
        Some(response)
    }
}

/// The documents of the services that have one.
fn parts(dispatcher: &Dispatcher, text: fn(&ServiceInfo) -> &'static str) -> Vec<Part> {
    let parts = dispatcher.services().map(|info| Part { service: info.name, text: text(info) });
    parts.filter(|part| !part.text.is_empty()).collect()
}

//! The documents about the services, one of all: `/openapi.json` and
//! `/asyncapi.json`, and the page that shows them.

use std::sync::OnceLock;

use bytes::Bytes;
use http::request::Parts;
use http::{Response, header};
use serde_json::{Map, Value};

use super::Options;
use super::reply::JSON;
use crate::Status;
#[cfg(feature = "docs")]
use crate::docs::Site;
use crate::server::Body;
use crate::service::{Dispatcher, ServiceInfo};

/// What a server tells of its contract.
pub(super) struct Documents {
    dispatcher: Dispatcher,
    openapi: OnceLock<Option<Bytes>>,
    asyncapi: OnceLock<Option<Bytes>>,
    #[cfg(feature = "docs")]
    site: Option<Site>,
}

impl Documents {
    /// The documents of the services.
    ///
    /// # Errors
    /// The page cannot stand where the options say.
    #[cfg_attr(not(feature = "docs"), expect(unused_variables, reason = "there is no page"))]
    pub(super) fn new(dispatcher: &Dispatcher, options: &Options) -> Result<Self, Status> {
        Ok(Self {
            dispatcher: dispatcher.clone(),
            openapi: OnceLock::new(),
            asyncapi: OnceLock::new(),
            #[cfg(feature = "docs")]
            site: Site::new(&options.docs)?,
        })
    }

    /// Answers a request to read that no route takes, where it is for a
    /// document or the page.
    pub(super) fn answer(&self, parts: &Parts) -> Option<Response<Body>> {
        let document = parts.uri.path().strip_prefix('/').and_then(|name| self.document(name));
        #[cfg(feature = "docs")]
        let document = document.or_else(|| {
            let site = self.site.as_ref()?;
            site.answer(parts, |name| self.document(name))
        });
        document
    }

    #[cfg(not(feature = "queue"))]
    fn bound(&self, text: Bytes) -> Bytes {
        text
    }

    /// The document of channels in the terms of the broker in use.
    #[cfg(feature = "queue")]
    fn bound(&self, text: Bytes) -> Bytes {
        let broker = self.dispatcher.board().broker();
        match serde_json::from_slice(&text) {
            Ok(document) => super::bound::narrowed(document, broker.as_ref()).to_string().into(),
            // It is ours, and it is JSON.
            Err(_) => text,
        }
    }

    fn document(&self, name: &str) -> Option<Response<Body>> {
        let (document, part): (_, fn(&ServiceInfo) -> &'static str) = match name {
            "openapi.json" => (&self.openapi, |info| info.openapi),
            "asyncapi.json" => (&self.asyncapi, |info| info.asyncapi),
            _ => return None,
        };
        let document = document.get_or_init(|| {
            let texts = self.dispatcher.services().map(part);
            let united = united(texts.filter(|text| !text.is_empty()));
            if name == "asyncapi.json" { united.map(|text| self.bound(text)) } else { united }
        });
        let mut response = Response::new(Body::full(document.clone()?));
        response.headers_mut().insert(header::CONTENT_TYPE, JSON);
        Some(response)
    }
}

/// Documents merged into one; `None` where there is none.
///
/// Members of objects are united, lists joined without repetition; where two
/// documents give one member different texts, the first service's stands.
fn united(documents: impl Iterator<Item = &'static str>) -> Option<Bytes> {
    let mut texts: Vec<&'static str> = Vec::new();
    for text in documents {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let (first, others) = texts.split_first()?;
    if others.is_empty() {
        return Some(Bytes::from_static(first.as_bytes()));
    }
    let documents = texts.iter().filter_map(|text| serde_json::from_str(text).ok());
    documents.reduce(merge).map(|merged: Value| merged.to_string().into())
}

fn merge(first: Value, second: Value) -> Value {
    match (first, second) {
        (Value::Object(first), Value::Object(second)) => merge_objects(first, second).into(),
        (Value::Array(mut first), Value::Array(second)) => {
            for element in second {
                if !first.contains(&element) {
                    first.push(element);
                }
            }
            first.into()
        }
        (first, _) => first,
    }
}

fn merge_objects(mut first: Map<String, Value>, second: Map<String, Value>) -> Map<String, Value> {
    for (name, theirs) in second {
        let own = first.remove(&name);
        let merged = match own {
            Some(own) => merge(own, theirs),
            None => theirs,
        };
        first.insert(name, merged);
    }
    first
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn two_documents_are_united() {
        let first = json!({ "info": { "title": "A" }, "tags": [{ "name": "a" }],
            "paths": { "/x": { "get": 1 } } });
        let second = json!({ "info": { "title": "B" }, "tags": [{ "name": "a" }, { "name": "b" }],
            "paths": { "/x": { "post": 2 }, "/y": {} } });
        let merged = json!({ "info": { "title": "A" }, "tags": [{ "name": "a" }, { "name": "b" }],
            "paths": { "/x": { "get": 1, "post": 2 }, "/y": {} } });
        assert_eq!(merge(first, second), merged);
    }
}

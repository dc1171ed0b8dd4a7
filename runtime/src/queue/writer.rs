//! Writes requests: what a client publishes, and what an outbox stores until it
//! is published.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::envelope::{self, Format, Source, names};
use super::{field, namespace};
use crate::broker::Publish;
use crate::codec::Message;
use crate::service::{Method, QueueRoute, ServiceInfo};
use crate::{Context, Metadata, Status};

/// Who writes, and how.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    pub(crate) source: Source,
    pub(crate) format: Format,
    pub(crate) namespace: Option<Arc<str>>,
}

impl Writer {
    pub(crate) fn new() -> Self {
        let source = Source::new(&format!("/clients/{}", Uuid::now_v7()));
        Self { source, format: Format::default(), namespace: None }
    }

    /// Work that nobody waits for, and its id. Its dedupe key is the idempotency
    /// key of the message, where the contract names a field for it, or of the
    /// context.
    pub(crate) fn work(
        &self,
        info: &'static ServiceInfo,
        method: usize,
        context: &Context,
        message: &dyn Message,
        delay: Duration,
    ) -> Result<(String, Publish), Status> {
        let (_, route) = target(info, method)?;
        let (id, mut publish) = self.request(info, route, context, message)?;
        let own = route.idempotency_key.map(|path| field::text(message, path)).transpose()?;
        let own = own.filter(|key| !key.is_empty());
        if let Some(key) = own.as_deref().or(context.idempotency_key()) {
            publish.dedupe_key = Some(format!("key {key}"));
        }
        publish.delay = delay;
        Ok((id, publish))
    }

    /// A request and its id. Its id is its dedupe key, so that publishing it
    /// twice stores it once.
    pub(super) fn request(
        &self,
        info: &'static ServiceInfo,
        route: &QueueRoute,
        context: &Context,
        message: &dyn Message,
    ) -> Result<(String, Publish), Status> {
        let of = message.message_type();
        let mut headers = Metadata::for_message();
        context.write_headers(&mut headers);
        // A header that a caller was sent must not decide where replies go, or
        // where a body is.
        headers.remove(names::REPLY_TO);
        headers.remove(names::DATA_REF);
        headers.remove(names::DEADLINE);
        context.write_deadline(&mut headers);
        let id = envelope::stamp(&mut headers, &self.source, of.name, self.format);
        envelope::stamp_schema(&mut headers, info, of);
        let ordering_key = match route.ordering_key {
            Some(path) => Some(field::text(message, path)?),
            None => None,
        };
        if let Some(key) = &ordering_key {
            envelope::set(&mut headers, names::SUBJECT, key);
            envelope::set(&mut headers, names::PARTITION_KEY, key);
        }
        let body = self.format.encode(message)?;
        // Unique without its source. Those of one time stand side by side in an index.
        let dedupe_key = Some(format!("id {id}"));
        let subject = namespace::subject(self.namespace.as_deref(), route.subject);
        let publish = Publish::new(subject, headers, body);
        Ok((id, Publish { ordering_key, dedupe_key, ..publish }))
    }
}

/// The row of an rpc and its subject.
pub(super) fn target(
    info: &'static ServiceInfo,
    method: usize,
) -> Result<(&'static Method, &'static QueueRoute), Status> {
    let route = info.queue.iter().find(|route| route.method == method);
    info.methods.get(method).zip(route).ok_or_else(|| {
        let name = info.methods.get(method).map_or("?", |method| method.name);
        Status::unimplemented(format!("{}/{name} has no queue subject", info.name))
    })
}

//! A correlation id in every reply, as one gives it to a server written by hand:
//! by tower-http's layers, under the header and of the kind that agentgen's
//! server has. Servers of the benchmark share it, in the workspace and out of it.

use std::time::{SystemTime, UNIX_EPOCH};

use tower_http::request_id::{MakeRequestId, PropagateRequestId, RequestId, SetRequestId};

static CORRELATION_ID: http::HeaderName = http::HeaderName::from_static("x-correlation-id");

/// The service behind the layers: it sees the id that its caller sent, or a fresh
/// one, and the reply carries it.
pub(crate) fn with_ids<S>(service: S) -> SetRequestId<PropagateRequestId<S>, FreshId> {
    let service = PropagateRequestId::new(service, CORRELATION_ID.clone());
    SetRequestId::new(service, CORRELATION_ID.clone(), FreshId)
}

/// Makes ids as agentgen does. tower-http's own maker asks the system for random
/// bytes each time, which would be no fair comparison.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FreshId;

impl MakeRequestId for FreshId {
    fn make_request_id<B>(&mut self, _: &http::Request<B>) -> Option<RequestId> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        let mut random = [0; 10];
        fastrand::fill(&mut random);
        let millis = u64::try_from(now.as_millis()).ok()?;
        let id = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        let mut text = uuid::Uuid::encode_buffer();
        let text = id.as_hyphenated().encode_lower(&mut text);
        http::HeaderValue::from_str(text).ok().map(RequestId::new)
    }
}

//! The agent behind the contract: it does what the request's text says, and
//! shows when its work is dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use agentgen::service::{Call, Glue, Reply, Service, ServiceInfo};
use agentgen::status::{ErrorShape, LocalizedMessage};
use agentgen::wkt::Any;
use agentgen::{Code, Context, Inbound, Outbound, Status};
use futures_core::future::BoxFuture;
use futures_util::StreamExt as _;
use tokio::sync::Semaphore;

use crate::contract::{Answer, Chunk, HttpBody, INFO, Request};

/// Where a test sees what the agent did, and lets it go on.
#[derive(Debug)]
pub(crate) struct Probe {
    /// How many calls came to a handler.
    pub(crate) calls: AtomicUsize,
    /// One permit for every started call that waits.
    pub(crate) started: Semaphore,
    /// One permit for every call or stream that was dropped or ended.
    pub(crate) dropped: Semaphore,
    /// A permit lets one waiting step go on.
    pub(crate) gate: Semaphore,
}

impl Probe {
    /// Waits for one permit, which must come within seconds.
    pub(crate) async fn wait(semaphore: &Semaphore) {
        let permit = tokio::time::timeout(Duration::from_secs(10), semaphore.acquire());
        permit.await.expect("nothing happened").unwrap().forget();
    }
}

impl Default for Probe {
    fn default() -> Self {
        let [started, dropped, gate] = [(); 3].map(|()| Semaphore::new(0));
        Self { calls: AtomicUsize::new(0), started, dropped, gate }
    }
}

/// Headers that no handler may set.
const RESERVED: [&str; 10] = [
    "Connection",
    "content-length",
    "grpc-status",
    "GRPC-Message",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

struct Dropped(Arc<Probe>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.dropped.add_permits(1);
    }
}

#[derive(Default)]
pub(crate) struct Lab {
    pub(crate) probe: Arc<Probe>,
}

impl Lab {
    pub(crate) async fn echo(&self, cx: &Context, request: Request) -> Result<Answer, Status> {
        let guard = Dropped(Arc::clone(&self.probe));
        match request.text.as_str() {
            "fail" => {
                return Err(Status::resource_exhausted("busy: é")
                    .with_reason("MODEL_BUSY", "lab.example")
                    .with_retry_after(Duration::from_millis(1500)));
            }
            "details" => return Err(every_detail()),
            "code" => {
                let number = i32::try_from(request.count).unwrap_or_default();
                return Err(Status::new(Code::from_number(number), "as you wish"));
            }
            "panic" => panic!("the lab is on fire"),
            "hang" => {
                self.probe.started.add_permits(1);
                std::future::pending::<()>().await;
            }
            "wait" => {
                self.probe.started.add_permits(1);
                Probe::wait(&self.probe.gate).await;
            }
            "who" => {
                let headers = cx.metadata().get("x-tenant").unwrap_or("nobody").to_owned();
                return Ok(Answer { text: headers, ..Answer::default() });
            }
            "reserved" => {
                let set = RESERVED.iter().filter(|name| cx.set_reply_header(name, "0"));
                let trailers = RESERVED.iter().filter(|name| cx.set_reply_trailer(name, "0"));
                let text = set.chain(trailers).copied().collect();
                return Ok(Answer { text, ..Answer::default() });
            }
            _ => {}
        }
        drop(guard);
        cx.set_reply_header("x-lab", cx.transport().to_string().as_str());
        cx.set_reply_trailer("x-cost", "7");
        cx.set_reply_header("x-query", cx.query().unwrap_or("none"));
        Ok(Answer { text: cx.correlation_id().to_owned(), count: 1, request: Some(request) })
    }

    /// Counts up to `count`; `wait` before each but the first, `fail` at the end.
    pub(crate) fn tail(&self, cx: &Context, request: Request) -> Result<Outbound<Answer>, Status> {
        if request.text == "refuse" {
            return Err(Status::not_found("no such tail"));
        }
        let guard = Dropped(Arc::clone(&self.probe));
        let probe = Arc::clone(&self.probe);
        cx.set_reply_trailer("x-count", &request.count.to_string());
        let resumed = cx.last_event_id().map(str::to_owned).unwrap_or_default();
        let items = futures_util::stream::unfold((1, guard), move |(n, guard)| {
            let (probe, text, last) = (Arc::clone(&probe), request.text.clone(), request.count);
            let resumed = resumed.clone();
            async move {
                if n > last {
                    let failed = (text == "fail" && n == last + 1)
                        .then(|| Err(Status::unavailable("cut\noff")));
                    return failed.map(|item| (item, (n + 1, guard)));
                }
                if (text == "wait" && n > 1) || text == "late" {
                    Probe::wait(&probe.gate).await;
                }
                let text = format!("{text}\n{resumed}");
                Some((Ok(Answer { text, count: n, ..Answer::default() }), (n + 1, guard)))
            }
        });
        Ok(Outbound::try_new(items))
    }

    async fn collect(mut requests: Inbound<Request>) -> Result<Answer, Status> {
        let (mut text, mut count) = (String::new(), 0);
        while let Some(request) = requests.message().await? {
            text += &request.text;
            count += request.count;
        }
        Ok(Answer { text, count, request: None })
    }

    fn talk(requests: Inbound<Request>) -> Outbound<Answer> {
        Outbound::try_new(requests.map(|request| {
            let request = request?;
            Ok::<_, Status>(Answer { text: request.text, count: request.count, request: None })
        }))
    }

    fn blob(body: HttpBody) -> HttpBody {
        HttpBody { data: body.data.into_iter().rev().collect(), ..body }
    }

    /// Fails after its first reply.
    fn doubt() -> Outbound<Chunk> {
        let first = Chunk { text: "a".into(), ..Chunk::default() };
        let failed = Err(Status::unavailable("cut\noff"));
        Outbound::try_new(futures_util::stream::iter([Ok(first), failed]))
    }

    fn blobs() -> Outbound<HttpBody> {
        let chunks = ["a,b\n", "1,2\n"]
            .map(|text| HttpBody { content_type: "text/csv".into(), data: text.into() });
        Outbound::new(futures_util::stream::iter(chunks))
    }
}

/// A failure with every detail of `google/rpc/error_details.proto`, and one of
/// another type.
pub(crate) fn every_detail() -> Status {
    let mut status = Status::failed_precondition("not now")
        .with_reason("NOT_NOW", "lab.example")
        .with_retry_after(Duration::from_micros(1_200_300))
        .with_violation("pages[2].title", "is too long");
    let details = status.details_mut();
    details.info.get_or_insert_default().metadata.insert("phase".into(), "full moon".into());
    let violation = &mut details.violations[0];
    violation.reason = "TOO_LONG".into();
    violation.localized_message =
        Some(LocalizedMessage { locale: "fr-CH".into(), message: "trop long".into() });
    // Number, length, text; the last fields of `QuotaFailure` are integers.
    for (name, bytes) in [
        ("DebugInfo", &b"\x0a\x01a\x0a\x01b\x12\x04here"[..]),
        (
            "QuotaFailure",
            b"\x0a\x13\x0a\x01s\x12\x01d\x32\x06\x0a\x01k\x12\x01v\x38\x85\x02\x40\x07",
        ),
        ("PreconditionFailure", b"\x0a\x0b\x0a\x03TOS\x12\x01s\x1a\x01d"),
        ("RequestInfo", b"\x0a\x02r1\x12\x01x"),
        ("ResourceInfo", b"\x0a\x03Doc\x12\x02d7\x1a\x02me\x22\x04gone"),
        ("Help", b"\x0a\x11\x0a\x04more\x12\x09http://h/"),
        ("LocalizedMessage", b"\x0a\x02de\x12\x05nicht"),
    ] {
        let type_url = format!("type.googleapis.com/google.rpc.{name}");
        status.add_detail(Any { type_url, value: bytes.to_vec() });
    }
    status.add_detail(Any { type_url: "type.example/lab.Other".into(), value: vec![8, 1] });
    status
}

/// The service under another form of error bodies.
pub(crate) struct Shaped<const SHAPE: usize>(LabService);

static SHAPED: [ServiceInfo; 3] = [
    ServiceInfo { error_shape: ErrorShape::Aip193, ..INFO },
    ServiceInfo { error_shape: ErrorShape::RpcStatus, ..INFO },
    ServiceInfo { error_shape: ErrorShape::ProblemDetails, ..INFO },
];

impl<const SHAPE: usize> Glue for Shaped<SHAPE> {
    type Agent = Lab;

    fn new(agent: Arc<Lab>) -> Self {
        Self(LabService::new(agent))
    }
}

impl<const SHAPE: usize> Service for Shaped<SHAPE> {
    fn info(&self) -> &'static ServiceInfo {
        &SHAPED[SHAPE]
    }

    fn call<'a>(
        &'a self,
        method: usize,
        cx: &'a Context,
        call: Call,
    ) -> BoxFuture<'a, Result<Reply, Status>> {
        self.0.call(method, cx, call)
    }
}

/// What generated glue looks like.
pub(crate) struct LabService(Arc<Lab>);

impl Glue for LabService {
    type Agent = Lab;

    fn new(agent: Arc<Lab>) -> Self {
        Self(agent)
    }
}

impl Service for LabService {
    fn info(&self) -> &'static ServiceInfo {
        &INFO
    }

    fn call<'a>(
        &'a self,
        method: usize,
        cx: &'a Context,
        call: Call,
    ) -> BoxFuture<'a, Result<Reply, Status>> {
        self.0.probe.calls.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            match method {
                0 | 5 | 8 => Reply::unary(self.0.echo(cx, call.message()?).await),
                1 | 6 | 9..=12 => Reply::stream(self.0.tail(cx, call.message()?)),
                2 => Reply::unary(Lab::collect(call.stream()).await),
                3 => Reply::stream(Ok::<_, Status>(Lab::talk(call.stream()))),
                4 => Reply::unary(Ok::<_, Status>(Lab::blob(call.message()?))),
                7 => Reply::stream(Ok::<_, Status>(Lab::blobs())),
                13 => Reply::stream(Ok::<_, Status>(Lab::doubt())),
                _ => Err(Status::unimplemented("no such rpc")),
            }
        })
    }
}

//! One middleware chain for every transport.

use std::sync::{Arc, Mutex};

use agentgen::service::{Invocation, Next, Reply, from_fn};
use agentgen::{Principal, Status};

use crate::contract::Request;
use crate::grpc::Caller;
use crate::running::Running;

type Log = Arc<Mutex<Vec<String>>>;

async fn note(log: Log, name: &str, call: Invocation, next: Next) -> Result<Reply, Status> {
    let line = |when: &str| log.lock().unwrap().push(format!("{name} {when}"));
    line(&format!("before {} {:?}", call.context.transport(), call.rpc));
    let reply = next.run(call).await;
    line("after");
    reply
}

#[tokio::test]
async fn the_last_layer_sees_a_call_first_on_every_transport() {
    let log = Log::default();
    let (inner, outer) = (Arc::clone(&log), Arc::clone(&log));
    let server = Running::start_with(|own| {
        own.layer(from_fn(move |call, next| note(Arc::clone(&inner), "inner", call, next)))
            .layer(from_fn(move |call, next| note(Arc::clone(&outer), "outer", call, next)))
            .grpc()
            .rest()
    })
    .await;
    server.get("/v1/echo/a").await;
    Caller::of(&server).await.unary("Echo", Request::default()).await.unwrap();
    let lines = |transport: &str| {
        ["outer", "inner"].map(|name| format!("{name} before {transport} lab.v1.Lab/Echo"))
    };
    let after = ["inner after", "outer after"].map(str::to_owned);
    let expected = [lines("rest"), after.clone(), lines("grpc"), after].concat();
    assert_eq!(*log.lock().unwrap(), expected);
    server.end().await;
}

#[tokio::test]
async fn a_scope_of_the_contract_is_asked_for_on_every_transport() {
    let server = Running::start_with(|own| {
        own.grpc().rest().layer(from_fn(|mut call: Invocation, next: Next| async move {
            let scope = call.context.metadata().get("x-scope").map(str::to_owned);
            if let Some(scope) = scope {
                call.context.set_principal(Principal::new("ann", [scope]));
            }
            next.run(call).await
        }))
    })
    .await;
    for (scope, http, code) in [
        (None, 401, tonic::Code::Unauthenticated),
        (Some("guest"), 403, tonic::Code::PermissionDenied),
        (Some("admin"), 200, tonic::Code::Ok),
    ] {
        let mut request = server.request("POST", "/lab.v1.Lab/Guarded");
        let mut caller = Caller::of(&server).await;
        if let Some(scope) = scope {
            request = request.header("x-scope", scope);
            caller = caller.with("x-scope", scope);
        }
        assert_eq!(request.send().await.unwrap().status().as_u16(), http);
        let outcome = caller.unary("Guarded", Request::default()).await;
        assert_eq!(outcome.map_or_else(|status| status.code(), |_| tonic::Code::Ok), code);
    }
    server.end().await;
}

#[tokio::test]
async fn a_layer_guards_services_added_before_and_after_it() {
    use crate::agent::{Lab, LabService};

    let refuse = || from_fn(|_: Invocation, _: Next| async { Err(Status::unauthenticated("no")) });
    let other = || agentgen::Server::<LabService>::new(Lab::default());
    for server in
        [other().layer(refuse()).add_service(other()), other().add_service(other()).layer(refuse())]
    {
        let dispatcher = server.into_dispatcher();
        let rpcs: Vec<_> = dispatcher.rpcs().filter(|rpc| rpc.index() == 0).collect();
        assert_eq!(rpcs.len(), 2);
        for rpc in rpcs {
            let call = agentgen::service::Call::Unary(Box::new(Request::default()));
            let outcome = dispatcher.call(rpc, agentgen::Context::new(), call).await;
            assert_eq!(outcome.err().unwrap().code(), agentgen::Code::Unauthenticated);
        }
    }
}

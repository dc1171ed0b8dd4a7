//! The tools of several agents under their names.

use std::fmt;
use std::sync::{Arc, OnceLock};

use futures_core::future::BoxFuture;
use serde_json::value::RawValue;

use super::required::Required;
use super::{Dialect, DuplicateTool, arguments};
#[cfg(feature = "client")]
use crate::client::Channel;
use crate::service::{Call, Dispatcher, Reply, Rpc, ServiceInfo, ToolInfo};
use crate::{Context, Status, Transport};

/// The tools of any number of agents, in this process or elsewhere.
#[derive(Clone, Default)]
pub struct Tools {
    /// In the order they were added.
    tools: Vec<Tool>,
}

#[derive(Clone)]
struct Tool {
    info: &'static ToolInfo,
    service: &'static ServiceInfo,
    agent: Agent,
    /// What its definition requires, from the first call on.
    required: Arc<OnceLock<Required>>,
}

/// Where calls go.
#[derive(Clone)]
enum Agent {
    Local(Dispatcher, Rpc),
    #[cfg(feature = "client")]
    Remote(Channel),
}

impl Tools {
    /// No tools.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the tools of services in this process, such as those of
    /// [`Server::into_dispatcher`](crate::Server::into_dispatcher). Calls go
    /// through their middleware. Rpcs that an implementation leaves out, by
    /// `unimplemented(…)`, are no tools.
    ///
    /// # Errors
    /// A tool has the name of another one.
    pub fn with(mut self, services: impl Into<Dispatcher>) -> Result<Self, DuplicateTool> {
        let dispatcher = services.into();
        let rpcs: Vec<Rpc> = dispatcher.rpcs().collect();
        for rpc in rpcs {
            let service = rpc.service();
            let own = service.tools.iter().find(|tool| tool.method == rpc.index());
            let own = own.filter(|_| !rpc.is_left_out());
            if let Some(info) = own {
                let agent = Agent::Local(dispatcher.clone(), rpc);
                self.insert(Tool::new(info, service, agent))?;
            }
        }
        Ok(self)
    }

    /// Adds the tools of a service that is reached through a channel, over any
    /// transport; `service` is the `INFO` of its generated module.
    ///
    /// # Errors
    /// A tool has the name of another one.
    #[cfg(feature = "client")]
    pub fn with_remote(
        mut self,
        service: &'static ServiceInfo,
        channel: &Channel,
    ) -> Result<Self, DuplicateTool> {
        for info in service.tools {
            let agent = Agent::Remote(channel.clone());
            self.insert(Tool::new(info, service, agent))?;
        }
        Ok(self)
    }

    fn insert(&mut self, tool: Tool) -> Result<(), DuplicateTool> {
        if let Some(first) = self.find(tool.info.name) {
            let (first, second) = (first.rpc(), tool.rpc());
            return Err(DuplicateTool { name: tool.info.name, first, second });
        }
        self.tools.push(tool);
        Ok(())
    }

    fn find(&self, name: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.info.name == name)
    }

    /// The names of the tools, in the order they were added.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.tools.iter().map(|tool| tool.info.name)
    }

    /// The definitions of all tools in the form of a provider: an array, once
    /// serialized. Properties keep the order of the contract, in which models
    /// fill them in.
    pub fn definitions(&self, dialect: Dialect) -> Vec<Box<RawValue>> {
        let definition = |tool: &Tool| RawValue::from_string(dialect.of(tool.info)).ok();
        self.tools.iter().filter_map(definition).collect()
    }

    /// Calls a tool with the arguments that a model wrote, a JSON object, and
    /// returns the reply as its JSON. The context says on whose behalf: scopes
    /// are checked against its principal.
    ///
    /// # Errors
    /// `NOT_FOUND` where there is no such tool; `INVALID_ARGUMENT` with the path
    /// of each fault where the arguments do not fit the contract: of a property of
    /// another type, of one that it does not have, and of one that its definition
    /// requires, where that is missing; else what the agent answered. Give the
    /// model [`explain`](super::explain) of it.
    pub async fn call(
        &self,
        context: &Context,
        name: &str,
        arguments: &str,
    ) -> Result<String, Status> {
        self.answer(context, name, arguments).await
    }

    /// Boxed, so that it is compiled here and not where it is awaited.
    fn answer<'a>(
        &'a self,
        context: &'a Context,
        name: &'a str,
        arguments: &'a str,
    ) -> BoxFuture<'a, Result<String, Status>> {
        Box::pin(async move {
            let tool = self.find(name).ok_or_else(|| self.unknown(name))?;
            let required = tool.required.get_or_init(|| Required::of(tool.info));
            let input = tool.service.methods[tool.info.method].input;
            let request = arguments::read(input, required, arguments)?;
            let reply = tool.send(context, Call::Unary(request)).await?;
            let Reply::Unary(message) = reply else {
                return Err(Status::internal("a tool answered with a stream"));
            };
            let unwritable = |error: crate::codec::WireError| {
                Status::internal(format!("the reply has no JSON form: {error}"))
            };
            let json = message.to_json().map_err(unwritable)?;
            String::from_utf8(json).map_err(|error| Status::internal(error.to_string()))
        })
    }

    fn unknown(&self, name: &str) -> Status {
        let known: Vec<_> = self.names().collect();
        Status::not_found(format!("there is no tool `{name}`; there are: {}", known.join(", ")))
    }
}

impl Tool {
    fn new(info: &'static ToolInfo, service: &'static ServiceInfo, agent: Agent) -> Self {
        Self { info, service, agent, required: Arc::default() }
    }

    /// The full name of the rpc.
    fn rpc(&self) -> String {
        format!("{}.{}", self.service.name, self.service.methods[self.info.method].name)
    }

    async fn send(&self, context: &Context, call: Call) -> Result<Reply, Status> {
        match &self.agent {
            Agent::Local(dispatcher, rpc) => {
                // Credentials that came in over a network are not for others.
                let local = context.transport() == Transport::Local;
                let context = if local { context.clone() } else { context.child() };
                dispatcher.call(rpc.clone(), context, call).await
            }
            #[cfg(feature = "client")]
            Agent::Remote(channel) => {
                channel.call(self.service, self.info.method, context, call).await
            }
        }
    }
}

impl fmt::Debug for Tools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

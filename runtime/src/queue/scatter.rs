//! One request to several agents of the same contract, each in a namespace of
//! its own.

use super::client::Client;
use crate::Context;
use crate::codec::Message;
use crate::context::Transport;
use crate::gather::{Gather, Policy};
use crate::service::{Call, Endpoint};

impl Client {
    /// Asks the agents in these namespaces, and gathers what they answer until
    /// the policy is met or the deadline of the context has passed. For agents
    /// of several contracts, or over several transports, use [`Gather`] itself.
    ///
    /// ```ignore
    /// let gathered = client
    ///     .scatter(SummarizerAgentClient::SUMMARIZE, &cx, &request, Policy::Quorum(2), ["fast", "careful", "cheap"])
    ///     .await;
    /// ```
    pub fn scatter<'a, 'n, Q: Message + Clone, R: Message>(
        &self,
        endpoint: Endpoint<Q, R>,
        context: &Context,
        request: &Q,
        policy: Policy,
        agents: impl IntoIterator<Item = &'n str>,
    ) -> Gather<'a, R> {
        let child = match context.transport() {
            Transport::Local => context.clone(),
            _ => context.child(),
        };
        let mut gather = Gather::new(policy);
        if let Some(left) = context.time_left() {
            gather = gather.within(left);
        }
        for agent in agents {
            let (client, context) = (self.clone().in_namespace(agent), child.clone());
            let call = Call::Unary(Box::new(request.clone()));
            gather = gather.ask(agent, async move {
                let reply = client.call(endpoint.info(), endpoint.method(), &context, call).await?;
                reply.into_message::<R>()
            });
        }
        gather
    }
}

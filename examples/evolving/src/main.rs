//! An agent whose contract is in its second version: `published/` holds the
//! first, `agentgen-accept.toml` and a comment in `proto/` the breaks that were
//! accepted, `.github/workflows/` the check of every pull request.

use agentgen::{Context, Outbound, Result, agent_service};
use contract::{Decision, Step, Team, Ticket};
use contract::{TriageAgent, TriageAgentServer};

mod contract {
    agentgen::include!("tickets.v1");
}

struct Triage;

#[agent_service]
impl TriageAgent for Triage {
    async fn triage(&self, _: &Context, ticket: Ticket) -> Result<Decision> {
        let team = if ticket.text.contains("invoice") { Team::Billing } else { Team::Technical };
        let reason = format!("the words of {} letters", ticket.text.len());
        Ok(Decision { ticket_id: ticket.id, team: team.into(), confidence: 0.5, reason })
    }

    async fn explain(&self, _: &Context, ticket: Ticket) -> Result<Outbound<Step>> {
        let words = ticket.text.split_whitespace();
        let steps = (0..).zip(words).map(|(index, word)| Step { index, thought: word.to_owned() });
        Ok(Outbound::from_messages(steps.collect::<Vec<_>>()))
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    TriageAgentServer::new(Triage).grpc().reflection().rest().listen("127.0.0.1:8083").await
}

//! An agent whose work ends in every way, for the tests of what operators see.

use agentgen::{Context, Result, Status, agent_service};

pub(crate) struct Clerk;

#[agent_service(proto = "tests/queue/desk.proto")]
impl Desk for Clerk {
    async fn handle(&self, context: &Context, task: Task) -> Result<Done> {
        match task.number {
            1 => Err(Status::invalid_argument("the first task is refused")),
            2 if context.attempt() == 1 => Err(Status::unavailable("come again")),
            _ => Ok(Done {}),
        }
    }
}

/// The subject of the work.
pub(crate) const SUBJECT: &str = "desk.handle";

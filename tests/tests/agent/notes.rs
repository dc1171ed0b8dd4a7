//! The agent that the clients' tests call: its replies say what arrived.

use std::time::Duration;

use agentgen::{AgentError, Context, Inbound, Outbound, agent_service};

/// An agent without state.
pub(crate) struct Notes;

/// How it fails.
#[derive(Debug, AgentError)]
#[agent(domain = "notes.example")]
pub(crate) enum NotesError {
    /// With details.
    #[agent(code = ResourceExhausted, retry_after = after)]
    Busy {
        /// When to try again.
        after: Duration,
    },
    /// With the status of something else.
    #[agent(transparent)]
    Other(agentgen::Status),
}

impl std::fmt::Display for NotesError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("too many notes")
    }
}

impl std::error::Error for NotesError {}

impl From<agentgen::Status> for NotesError {
    fn from(status: agentgen::Status) -> Self {
        Self::Other(status)
    }
}

/// The error of [`NotesAgent::fail`].
pub(crate) fn busy() -> NotesError {
    NotesError::Busy { after: Duration::from_secs(2) }
}

#[agent_service(proto = "notes.proto")]
impl NotesAgent for Notes {
    async fn get(&self, cx: &Context, request: GetRequest) -> Result<Note, NotesError> {
        let style = request.style.unwrap_or_default();
        let delay = style.delay.map(|delay| delay.to_string()).unwrap_or_default();
        let body = format!(
            "{} {:?} {} {delay} {:?} as {}",
            cx.metadata().get("x-caller").unwrap_or("nobody"),
            request.tags,
            style.volume,
            request.labels,
            cx.correlation_id(),
        );
        Ok(Note { name: request.name, body })
    }

    async fn put(&self, _: &Context, request: PutRequest) -> Result<Note, NotesError> {
        let note = request.note.unwrap_or_default();
        let body = format!("{}: {} (dry: {})", note.name, note.body, request.dry_run);
        Ok(Note { name: String::new(), body })
    }

    async fn fail(&self, _: &Context, request: FailRequest) -> Result<Note, NotesError> {
        if request.hang {
            std::future::pending::<()>().await;
        }
        Err(busy())
    }

    async fn count(
        &self,
        _: &Context,
        request: CountRequest,
    ) -> Result<Outbound<Note>, NotesError> {
        let (sender, stream) = Outbound::channel(1);
        tokio::spawn(async move {
            for number in 1..=request.to {
                sender.send(Note { name: number.to_string(), body: String::new() }).await;
            }
            if request.fail {
                sender.fail(busy()).await;
            }
        });
        Ok(stream)
    }

    async fn join(&self, _: &Context, mut notes: Inbound<Note>) -> Result<Note, NotesError> {
        let mut body = String::new();
        while let Some(note) = notes.message().await? {
            body.push_str(&note.body);
        }
        Ok(Note { name: String::new(), body })
    }

    async fn echo(&self, _: &Context, notes: Inbound<Note>) -> Result<Outbound<Note>, NotesError> {
        Ok(Outbound::try_new(notes))
    }
}

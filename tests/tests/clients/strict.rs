//! An agent of `strict.proto` on a server that refuses unknown fields and keys.

use agentgen::codec::json;
use agentgen::{Context, Result, agent_service};
use agentgen_tests::serving::Serving;

struct Desk;

#[agent_service(proto = "tests/clients/strict.proto")]
impl Notes for Desk {
    async fn keep(&self, _: &Context, note: Note) -> Result<Note> {
        Ok(note)
    }

    async fn find(&self, _: &Context, request: FindRequest) -> Result<Note> {
        let title = "Found".to_owned();
        Ok(Note { number: request.number, title, ..Note::default() })
    }
}

/// Serves it over REST.
pub(crate) async fn serve() -> Serving {
    let strict = json::Options { ignore_unknown_fields: false, ..json::Options::DEFAULT };
    let server = NotesServer::new(Desk).rest().json_options(strict);
    Serving::start(server.query_rules(|rules| rules.reject_unknown = true)).await
}

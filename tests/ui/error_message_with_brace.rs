use agentgen::AgentError;

#[derive(Debug, AgentError)]
enum Failed {
    #[agent(code = NotFound, message = "no document {}")]
    Missing { id: String },
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("failed")
    }
}

impl std::error::Error for Failed {}

fn main() {}

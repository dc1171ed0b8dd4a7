use agentgen::AgentError;

#[derive(Debug, AgentError)]
enum Failed {
    #[agent(code = Internal)]
    Io,
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("failed")
    }
}

impl std::error::Error for Failed {}

fn main() {}

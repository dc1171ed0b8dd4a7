//! Generates the agent's code from its contract.

fn main() -> Result<(), agentgen_codegen::Error> {
    agentgen_codegen::Generator::new().proto("proto/summarizer.proto").generate()
}

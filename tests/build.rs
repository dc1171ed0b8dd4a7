//! The build script door, as an agent's crate would open it.

fn main() -> Result<(), agentgen_codegen::Error> {
    agentgen_codegen::Generator::new().proto("proto/summarizer.proto").generate()
}

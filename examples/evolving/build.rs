//! Generates the agent's code, unless its contract breaks what was published
//! in a way that nobody accepted.

fn main() -> Result<(), agentgen_codegen::Error> {
    agentgen_codegen::Generator::new().proto("proto").compat_baseline("published").generate()
}

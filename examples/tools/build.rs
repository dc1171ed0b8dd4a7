//! Generates the code of both agents from their contracts.

fn main() -> Result<(), agentgen_codegen::Error> {
    agentgen_codegen::Generator::new()
        .proto("proto/weather.proto")
        .proto("proto/calendar.proto")
        .generate()
}

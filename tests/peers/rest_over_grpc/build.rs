//! Messages by prost, JSON by pbjson, routes by `rest_over_grpc`.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let proto = "../proto/conversation.proto";
    println!("cargo::rerun-if-changed={proto}");
    let mut compiler = protox::Compiler::new(["../proto", "../../../codegen/proto"])?;
    compiler.include_imports(true).include_source_info(true).open_file("conversation.proto")?;
    let descriptors = compiler.encode_file_descriptor_set();
    prost_build::Config::new().compile_fds(compiler.file_descriptor_set())?;
    pbjson_build::Builder::new().register_descriptors(&descriptors)?.build(&[".agent"])?;
    let out = std::env::var("OUT_DIR")?;
    let options = rest_over_grpc::build::DescriptorOptions::new();
    let services = rest_over_grpc::build::ServiceDefinition::from_fds(&descriptors, &options)?;
    let mut generator = rest_over_grpc::build::Generator::builder().emit_tonic_bridge(false).build();
    generator.add_all(services).write(out)?;
    Ok(())
}

//! Makes progenitor's clients of the documents beside this file: of the archive's
//! without what progenitor does not know, and of the summarizer's as it is.

use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::Value;

fn main() {
    let mut archive = read("openapi.json");
    leave_out(&mut archive);
    write(archive, "client.rs");
    write(read("summarizer.json"), "summarizer.rs");
}

fn read(name: &str) -> Value {
    println!("cargo:rerun-if-changed={name}");
    let text = std::fs::read_to_string(name).expect("the document is there");
    serde_json::from_str(&text).expect("it is JSON")
}

fn write(document: Value, name: &str) {
    let document = serde_json::from_value(document).expect("it is a document");
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder);
    let tokens = Generator::new(&settings).generate_tokens(&document).expect("it is generated");
    let folder = std::env::var("OUT_DIR").expect("cargo says where");
    std::fs::write(format!("{folder}/{name}"), tokens.to_string()).expect("it is written");
}

/// Takes out what progenitor 0.15 knows no code for: query parameters that are
/// maps, and a second kind of success.
fn leave_out(document: &mut Value) {
    let paths = document["paths"].as_object_mut().expect("there are paths");
    for operation in paths.values_mut().flat_map(|item| item.as_object_mut().expect("an object")) {
        if let Some(Value::Array(parameters)) = operation.1.get_mut("parameters") {
            parameters.retain(|parameter| parameter.get("style").is_none());
        }
        if let Some(Value::Object(responses)) = operation.1.get_mut("responses") {
            responses.remove("204");
        }
    }
}

//! `agentgen routes`.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::Outcome;
use super::console::{note, print};
use super::inputs::{Inputs, failure};
use agentgen_codegen::contract::{Contract, Method, Shape, StreamForm};
use agentgen_codegen::diagnostic::render;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    inputs: Inputs,
    /// How to print the table.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Columns for people.
    Text,
    /// One array of objects.
    Json,
}

const EXAMPLES: &str = "\
Examples:
  agentgen routes proto/summarizer.proto
  agentgen routes proto --format json | jq '.[].http[].path'

Exit codes: 0 done, 1 the contract has errors, 2 it cannot be tried.";

pub(super) fn run(arguments: Arguments) -> Outcome {
    let loaded = arguments.inputs.load()?.loaded;
    let texts = loaded.sources.texts();
    if loaded.has_errors() {
        return Err(failure(&loaded.diagnostics, texts));
    }
    if !loaded.diagnostics.is_empty() {
        note(&render(&loaded.diagnostics, &|file| texts.get(file), true));
    }
    let text = match arguments.format {
        Format::Text => table(&loaded.contract),
        Format::Json => {
            format!("{:#}\n", Value::Array(methods(&loaded.contract).map(object).collect()))
        }
    };
    Ok(print(&text)?)
}

fn methods(contract: &Contract) -> impl Iterator<Item = &Method> {
    contract.services().flat_map(|service| &service.methods)
}

fn object(method: &Method) -> Value {
    let http = method
        .http
        .iter()
        .map(|binding| json!({ "method": binding.verb, "path": binding.template.text }));
    json!({
        "rpc": method.full_name,
        "shape": shape(method.shape),
        "grpc": method.grpc_path,
        "http": http.collect::<Vec<_>>(),
        "stream": method.sse.as_ref().map(|sse| form(sse.default_form)),
        "subject": method.queue.as_ref().map(|queue| &queue.subject),
    })
}

const HEAD: [&str; 6] = ["RPC", "SHAPE", "GRPC", "HTTP", "STREAM", "SUBJECT"];

/// One line a binding; what an rpc has once stands in its first line.
fn table(contract: &Contract) -> String {
    let mut rows = vec![HEAD.map(str::to_owned)];
    for method in methods(contract) {
        let routes =
            method.http.iter().map(|binding| format!("{} {}", binding.verb, binding.template.text));
        for (index, route) in routes.enumerate() {
            let row = if index == 0 { first(method, route) } else { more(route) };
            rows.push(row);
        }
    }
    let mut widths = [0; HEAD.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    rows.iter().fold(String::new(), |all, row| all + line(row, widths).trim_end() + "\n")
}

fn first(method: &Method, route: String) -> [String; HEAD.len()] {
    [
        method.full_name.clone(),
        shape(method.shape).to_owned(),
        method.grpc_path.clone(),
        route,
        method.sse.as_ref().map_or("-", |sse| form(sse.default_form)).to_owned(),
        method.queue.as_ref().map_or("-", |queue| &queue.subject).to_owned(),
    ]
}

fn more(route: String) -> [String; HEAD.len()] {
    [String::new(), String::new(), String::new(), route, String::new(), String::new()]
}

fn line(row: &[String], widths: [usize; HEAD.len()]) -> String {
    let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}  "));
    cells.collect()
}

fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Unary => "unary",
        Shape::ServerStream => "server-stream",
        Shape::ClientStream => "client-stream",
        Shape::Bidi => "bidi",
    }
}

fn form(form: StreamForm) -> &'static str {
    match form {
        StreamForm::Sse => "sse",
        StreamForm::Ndjson => "ndjson",
        StreamForm::JsonArray => "json-array",
    }
}

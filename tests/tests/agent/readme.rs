//! What the README tells one to copy into an empty crate is a running agent.

use std::io::{BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use agentgen::Code;
use agentgen_tests::dependent::Dependent;
use agentgen_tests::environment::repository;

/// How long it may take to start, once it is built.
const SOON: Duration = Duration::from_secs(60);

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The block of the README whose first line names a file so.
fn block(readme: &str, language: &str, file: &str) -> String {
    let start = format!("```{language}\n// {file}\n");
    let (_, rest) = readme.split_once(&start).unwrap_or_else(|| panic!("the README has no {file}"));
    rest.split_once("```").expect("a block ends").0.to_owned()
}

#[test]
fn the_macro_example_of_the_readme_is_a_running_agent_with_two_dependencies() {
    let readme = std::fs::read_to_string(repository().join("README.md")).expect("there is one");
    let source = block(&readme, "rust", "src/main.rs");
    let port =
        TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("bound").port();
    let moved = source.replace("127.0.0.1:8080", &format!("127.0.0.1:{port}"));
    assert_ne!(moved, source, "the address has changed");
    let it = Dependent::new("copied", 2024, "");
    let manifest = std::fs::read_to_string(it.folder().join("Cargo.toml")).expect("was written");
    // As `cargo add agentgen` does it, with the features that are on without a word.
    let plain = manifest.replace(", features = [\"compat\"]", "");
    assert_ne!(plain, manifest, "the manifest has changed");
    let features = "features = [\"macros\", \"rt-multi-thread\"]";
    assert!(
        readme.contains("cargo add tokio --features macros,rt-multi-thread"),
        "they have changed"
    );
    let tokio = format!("[dependencies]\ntokio = {{ version = \"1\", {features} }}\n");
    it.write("Cargo.toml", &plain.replace("[dependencies]\n", &tokio));
    it.write("src/main.rs", &moved);
    it.write("proto/greeter.proto", &block(&readme, "proto", "proto/greeter.proto"));

    let built = it.cargo("build").output().expect("cargo runs");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let program = it.cargo("run").stdout(Stdio::null()).spawn().expect("cargo runs");
    let _running = Running(program);
    let reply = answer(port);
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    assert!(reply.ends_with(r#"{"text":"Hello, Ada!"}"#), "{reply}");
}

#[test]
fn the_mistake_of_the_readme_is_reported_as_it_says() {
    let readme = std::fs::read_to_string(repository().join("README.md")).expect("there is one");
    let it = Dependent::new("mistaken", 2024, "");
    let manifest = std::fs::read_to_string(it.folder().join("Cargo.toml")).expect("was written");
    let tokio = "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }";
    let tokio = format!("[dependencies]\n{tokio}\n");
    it.write("Cargo.toml", &manifest.replace("[dependencies]\n", &tokio));
    // The files as they are shown, with their names in their first lines.
    for (language, file) in [("rust", "src/main.rs"), ("proto", "proto/greeter.proto")] {
        let shown = format!("// {file}\n{}", block(&readme, language, file));
        it.write(file, &shown.replace("request: GreetRequest", "request: String"));
    }
    let output = it.cargo("check").output().expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    let mut lines = said.lines().map(str::trim);
    let sample = after(&readme, "What does not fit the contract", "text");
    for line in sample.lines().map(str::trim).filter(|line| !line.is_empty()) {
        assert!(lines.any(|said| said == line), "{line:?} is not, or not there, in:\n{said}");
    }
}

#[test]
fn the_table_of_errors_in_the_readme_is_that_of_the_codes() {
    let readme = std::fs::read_to_string(repository().join("README.md")).expect("there is one");
    let (_, rest) = readme.split_once("| code | gRPC | HTTP | on the queue |\n").expect("a table");
    let rows: Vec<_> = rest.lines().skip(1).take_while(|line| line.starts_with('|')).collect();
    let codes = (1..=16).map(Code::from_number);
    let expected: Vec<_> = codes
        .map(|code| {
            let queue = if code.is_retryable() { "retried" } else { "dead letter" };
            format!("| `{code}` | {} | {} | {queue} |", code.number(), code.http())
        })
        .collect();
    assert_eq!(rows, expected);
}

/// The first block of a language behind a heading.
fn after<'t>(text: &'t str, heading: &str, language: &str) -> &'t str {
    let (_, rest) = text.split_once(heading).unwrap_or_else(|| panic!("no {heading}"));
    let (_, block) = rest.split_once(&format!("```{language}\n")).expect("a block");
    block.split_once("```").expect("a block ends").0
}

/// A type, tied to a contract that no build script reads.
fn tied(source: &str, proto: &str) -> String {
    let tied = format!("\", proto = \"{proto}\")]");
    let lines = source.lines().map(|line| {
        if line.starts_with("#[agent(message") {
            line.replace("\")]", &tied)
        } else {
            line.to_owned()
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The documentation in a file of Rust.
fn docs_of(source: &str) -> String {
    let lines = source.lines().filter_map(|line| line.strip_prefix("///"));
    lines.map(|line| line.trim_start_matches(' ')).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_errors_of_the_readme_and_of_the_macro_are_errors() {
    let read = |path: &str| std::fs::read_to_string(repository().join(path)).expect(path);
    let (readme, docs) = (read("README.md"), docs_of(&read("macros/src/lib.rs")));
    let it = Dependent::new("own-errors", 2024, "");
    let manifest = std::fs::read_to_string(it.folder().join("Cargo.toml")).expect("was written");
    let thiserror = "[dependencies]\nthiserror = \"2\"\n";
    it.write("Cargo.toml", &manifest.replace("[dependencies]\n", thiserror));
    let errors = [
        after(&readme, "## Errors, once", "rust"),
        after(&docs, "Turns an error type into statuses", "ignore"),
    ];
    let modules = ["shown", "documented"].into_iter().zip(errors).map(|(name, error)| {
        format!(
            "mod {name} {{
                use std::time::Duration;
                use agentgen::AgentError;
                {error}
            }}"
        )
    });
    let modules = modules.collect::<Vec<_>>().join("\n");
    it.write("src/main.rs", &format!("#![allow(unused)]\n{modules}\nfn main() {{}}\n"));
    let output = it.cargo("check").output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_types_of_the_readme_and_of_the_macro_fit_their_contracts() {
    let read = |path: &str| std::fs::read_to_string(repository().join(path)).expect(path);
    let it = Dependent::new("own-types", 2024, "");
    it.write("proto/example.proto", &read("examples/summarizer/proto/summarizer.proto"));
    let readme = read("README.md");
    let (own, call) = after(&readme, "## Types of your own", "rust")
        .split_once("\n\n")
        .expect("a type and a conversion");
    let docs = docs_of(&read("macros/src/lib.rs"));
    it.write("proto/documented.proto", after(&docs, "Ties a type of your own", "text"));
    let documented = after(&docs, "Ties a type of your own", "ignore");
    let source = format!(
        "#![allow(unused)]
        mod readme {{
            use agentgen::AgentMessage;
            agentgen::contract!(\"proto/example.proto\");
            {}
            fn convert(request: SummarizeRequest) -> agentgen::Result<Summarize> {{
                {call}
                Ok(own)
            }}
        }}
        mod documented {{
            use std::num::NonZeroI32;
            use std::time::SystemTime;
            use agentgen::AgentMessage;
            use self::contract::summarizer::v1::{{Style, SummarizeRequest}};
            agentgen::contract!(\"proto/documented.proto\");
            {}
        }}
        fn main() {{}}",
        tied(own, "proto/example.proto"),
        tied(documented, "proto/documented.proto"),
    );
    it.write("src/main.rs", &source);
    let output = it.cargo("check").output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What the agent says to the call of the README.
fn answer(port: u16) -> String {
    let since = Instant::now();
    let mut stream = loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => break stream,
            Err(error) => assert!(since.elapsed() < SOON, "it does not listen: {error}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let body = r#"{"name": "Ada"}"#;
    let head =
        "POST /greeter.v1.GreeterAgent/Greet HTTP/1.1\r\nhost: localhost\r\nconnection: close";
    let length = body.len();
    let request = format!(
        "{head}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut reply = String::new();
    BufReader::new(stream).read_to_string(&mut reply).expect("it answers");
    reply
}

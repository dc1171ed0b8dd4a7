//! What the README tells one to copy into an empty crate is a running agent.

use std::io::{BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

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
    let features = "features = [\"macros\", \"rt-multi-thread\"]";
    assert!(
        readme.contains("cargo add tokio --features macros,rt-multi-thread"),
        "they have changed"
    );
    let tokio = format!("[dependencies]\ntokio = {{ version = \"1\", {features} }}\n");
    it.write("Cargo.toml", &manifest.replace("[dependencies]\n", &tokio));
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

#[test]
fn the_types_of_the_readme_and_of_the_macro_fit_their_contracts() {
    let read = |path: &str| std::fs::read_to_string(repository().join(path)).expect(path);
    let it = Dependent::new("own-types", 2024, "");
    it.write("proto/example.proto", &read("examples/summarizer/proto/summarizer.proto"));
    let readme = read("README.md");
    let (own, call) = after(&readme, "## Types of your own", "rust")
        .split_once("\n\n")
        .expect("a type and a conversion");
    let docs: Vec<_> = read("macros/src/lib.rs")
        .lines()
        .filter_map(|line| {
            line.strip_prefix("///").map(|line| line.trim_start_matches(' ').to_owned())
        })
        .collect();
    let docs = docs.join("\n");
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

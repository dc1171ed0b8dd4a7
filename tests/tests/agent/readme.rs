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

//! The exact message for each mistake beside a build script: one case of `ui/built/`
//! each, and beside it what the compiler says.
//!
//! All other cases are the package `agentgen-ui`'s, which runs them by trybuild. That
//! writes the manifest of its crate itself, without dependencies for a build script, and
//! the macros read a contract from the build script of the crate they stand in only.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use agentgen_tests::dependent::Dependent;
use agentgen_tests::environment::repository;
use serde_json::Value;

#[test]
fn each_mistake_has_its_message_beside_a_build_script() {
    let folder = repository().join("tests/ui/built");
    let cases = names(&folder, "rs");
    assert_eq!(cases, names(&folder, "snap"), "a case without messages, or messages without one");
    let said = compile(&folder, &cases);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for case in &cases {
            let messages = said.get(case).unwrap_or_else(|| panic!("{case} compiles"));
            insta::assert_snapshot!(case.as_str(), messages);
        }
    });
}

/// The names of the files in `folder` that end so, in order.
fn names(folder: &Path, end: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let paths = entries.map(|entry| entry.path());
    let paths = paths.filter(|path| path.extension().is_some_and(|found| found == end));
    let name = |path: &Path| path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
    let mut names: Vec<_> = paths.filter_map(|path| name(&path)).collect();
    names.sort_unstable();
    names
}

/// Reads the contract of the cases.
const BUILD: &str = r#"fn main() {
    let contract = agentgen_codegen::Generator::new().proto("ui/proto/summarizer.proto");
    contract.generate().expect("it is generated");
}
"#;

/// What the compiler says of each case, by name.
fn compile(folder: &Path, cases: &[String]) -> BTreeMap<String, String> {
    let codegen = repository().join("codegen");
    let mut manifest = format!(
        "\n[build-dependencies]\nagentgen-codegen = {{ path = \"{}\", \
         default-features = false }}\n",
        codegen.display()
    );
    for case in cases {
        _ = write!(manifest, "\n[[bin]]\nname = \"{case}\"\npath = \"ui/{case}.rs\"\n");
    }
    let dependent = Dependent::new("mistakes-built", 2024, &manifest);
    dependent.write("build.rs", BUILD);
    let read = |path: &Path| fs::read_to_string(path).expect("a file");
    let protos = repository().join("tests/ui/proto");
    for name in names(&protos, "proto") {
        let file = format!("{name}.proto");
        dependent.write(&format!("ui/proto/{file}"), &read(&protos.join(&file)));
    }
    for case in cases {
        let file = format!("{case}.rs");
        dependent.write(&format!("ui/{file}"), &read(&folder.join(&file)));
    }
    let output = dependent.check(&["--bins", "--keep-going"]);
    let text = String::from_utf8_lossy(&output.stdout);
    let mut said = BTreeMap::<_, String>::new();
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).expect("cargo writes JSON");
        if let Some((case, text)) = line["target"]["name"].as_str().zip(shown(&line["message"])) {
            said.entry(case.to_owned()).or_default().push_str(&text);
        }
    }
    assert!(!said.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// What is held of a message: the macro's in full, of the compiler's own the
/// statement and the place, since the rest changes with its releases.
fn shown(message: &Value) -> Option<String> {
    let text = message["rendered"].as_str()?;
    // Without a place, a message only counts the others.
    message["spans"].as_array().filter(|spans| !spans.is_empty())?;
    let lines = if message["code"].is_null() { usize::MAX } else { 2 };
    Some(text.split_inclusive('\n').take(lines).collect())
}

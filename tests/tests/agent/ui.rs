//! The exact message for each mistake: one case of `ui/` each, and beside it
//! what the compiler says.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use agentgen_tests::dependent::Dependent;
use agentgen_tests::environment::repository;
use serde_json::Value;

#[test]
fn each_mistake_has_its_message() {
    let ui = repository().join("tests/ui");
    let cases = names(&ui, "rs");
    assert_eq!(cases, names(&ui, "snap"), "a case without messages, or messages without a case");
    let said = compile(&ui, &cases);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&ui);
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

/// What the compiler says of each case, by name.
fn compile(ui: &Path, cases: &[String]) -> BTreeMap<String, String> {
    let binaries = cases.iter().fold(String::new(), |mut text, case| {
        _ = write!(text, "\n[[bin]]\nname = \"{case}\"\npath = \"ui/{case}.rs\"\n");
        text
    });
    let dependent = Dependent::new("mistakes", 2024, &binaries);
    for (folder, end) in [("", "rs"), ("proto", "proto"), ("published", "proto")] {
        for name in names(&ui.join(folder), end) {
            let file = Path::new(folder).join(format!("{name}.{end}"));
            let text = fs::read_to_string(ui.join(&file)).expect("a case");
            dependent.write(&format!("ui/{}", file.display()), &text);
        }
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

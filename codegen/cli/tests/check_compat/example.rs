//! The example of an evolving contract, and the commands that it and the hooks
//! show.

use std::fs;
use std::path::{Path, PathBuf};

use super::Folder;

fn repository() -> PathBuf {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    above.expect("a workspace").to_path_buf()
}

/// The example in a folder of its own, which is a repository.
fn example() -> Folder {
    let folder = Folder::with(&[]);
    let example = repository().join("examples/evolving");
    for name in
        ["published/tickets.proto", "proto/tickets.proto", "agentgen.toml", "agentgen-accept.toml"]
    {
        folder.write(name, &fs::read_to_string(example.join(name)).expect("a part of the example"));
    }
    folder
}

#[test]
fn the_example_passes_with_what_was_accepted_and_not_without() {
    let folder = example();
    let output = folder.agentgen(&["check-compat"]);
    assert!(output.starts_with("exit 0\n"), "{output}");
    for said in [
        "accepted[rpc-removed] tickets.v1.TriageAgent.Forget: Forget was never called",
        "accepted[field-type-changed] tickets.v1.Decision.confidence: ",
        "(agentgen-accept.toml, until 2099-12-31)",
        "rollout: safe only in lockstep\nversion: major\n",
    ] {
        assert!(output.contains(said), "{said} is missing in {output}");
    }
    fs::remove_file(folder.path().join("agentgen-accept.toml")).expect("it was there");
    let output = folder.agentgen(&["check-compat"]);
    assert!(
        output.starts_with("exit 1\n") && output.contains("error[field-type-changed]"),
        "{output}"
    );
}

/// The arguments of every `agentgen` command line in a text.
fn commands(text: &str) -> Vec<Vec<String>> {
    let commands = text.lines().filter_map(|line| line.split_once("agentgen check-compat "));
    commands
        .map(|(_, rest)| {
            let words = rest.split([' ']).take_while(|word| !matches!(*word, ">>" | "||" | "|"));
            words.map(|word| word.trim_matches(['"', '\'']).to_owned()).collect()
        })
        .collect()
}

#[test]
fn the_commands_of_the_workflow_work() {
    let folder = example();
    let current = folder.read("proto/tickets.proto");
    folder.write("proto/tickets.proto", &folder.read("published/tickets.proto"));
    folder.git(&["init", "--quiet"]);
    folder.commit("v1.0.0");
    folder.write("proto/tickets.proto", &current);
    let workflow = repository().join("examples/evolving/.github/workflows/contract.yml");
    let commands = commands(&fs::read_to_string(workflow).expect("the workflow"));
    assert_eq!(commands.len(), 3);
    for command in commands {
        let arguments = command.iter().map(|word| word.replace("$BASE", "git:main:proto"));
        let arguments: Vec<_> =
            std::iter::once("check-compat".to_owned()).chain(arguments).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = folder.agentgen(&arguments);
        assert!(output.starts_with("exit 0\n"), "{arguments:?} {output}");
    }
}

#[test]
fn the_hook_checks_what_is_about_to_be_committed() {
    let hooks = fs::read_to_string(repository().join(".pre-commit-hooks.yaml")).expect("the hooks");
    assert!(hooks.contains(r#"args: ["git:HEAD:proto", "proto"]"#), "{hooks}");
    let folder = example();
    folder.git(&["init", "--quiet"]);
    folder.commit("v2.0.0");
    let hook = ["check-compat", "git:HEAD:proto", "proto"];
    assert!(folder.agentgen(&hook).starts_with("exit 0\n"));
    let text = folder.read("proto/tickets.proto").replace("string text = 2;", "bytes text = 2;");
    folder.write("proto/tickets.proto", &text);
    assert!(folder.agentgen(&hook).starts_with("exit 1\n"));
}

#[test]
fn the_documentation_names_every_choice() {
    use agentgen_codegen::compat::render::RENDERERS;
    use agentgen_codegen::compat::report::{MODES, PROFILES};
    let docs = fs::read_to_string(repository().join("docs/check-compat.md")).expect("the page");
    let profiles = PROFILES.iter().map(|row| row.1);
    let modes = MODES.iter().map(|row| row.1);
    for name in profiles.chain(modes).chain(RENDERERS.iter().map(|row| row.name)) {
        assert!(docs.contains(&format!("\n| `{name}`")), "`{name}` is missing");
    }
    for option in ["--against-tags", "--witness", "--limit", "--state", "--config", "--schema"] {
        assert!(docs.contains(option), "{option} is missing");
    }
}

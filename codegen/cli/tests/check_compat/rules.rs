//! `agentgen rules` and `agentgen explain`.

use agentgen_codegen::compat::rule::Rule;
use agentgen_codegen::compat::rules;

use super::Folder;

#[test]
fn every_rule_is_listed_and_explained() {
    let folder = Folder::with(&[]);
    let table = folder.agentgen(&["rules"]);
    let json = folder.output(&["rules", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    let listed = json.as_array().expect("a list");
    assert_eq!(listed.len(), rules::all().count());
    for (rule, listed) in rules::all().zip(listed) {
        assert_eq!((&listed["name"], &listed["family"]), (&rule.name.into(), &rule.family.into()));
        assert!(table.contains(&format!("\n  {} ", rule.name)), "{}", rule.name);
        assert_eq!(listed["directions"]["backward"], rule.directions.backward.name());
        assert!(listed["axes"].as_array().is_some_and(|axes| !axes.is_empty()));
    }
}

#[test]
fn explain_shows_the_page_with_what_changes() {
    let folder = Folder::with(&[]);
    let shown = folder.agentgen(&["explain", "http-path-changed"]);
    let changed = "\n-       get: \"/v1/tasks/{id}\"\n+       get: \"/v1/jobs/{id}\"\n      };\n";
    for part in [
        "\nhttp-path-changed\n\n",
        "\nLevel: error\n",
        "\nAt worst: new reads old: breaks; old reads new: breaks\n",
        "\nWhy\n\n",
        "\nSafe way\n\n1. ",
        "\nFires\n\n",
        changed,
    ] {
        assert!(shown.contains(part), "{part} is missing in {shown}");
    }
    let every = |rule: &Rule| folder.output(&["explain", rule.name]).status.success();
    assert!(rules::all().all(every));
}

#[test]
fn explain_knows_the_findings_of_lint_and_suggests_what_is_near() {
    let folder = Folder::with(&[]);
    let lint = folder.agentgen(&["explain", "route-duplicate"]);
    assert!(lint.starts_with("exit 0\n--- stdout\nroute-duplicate\n\nTwo bindings"), "{lint}");
    let near = folder.agentgen(&["explain", "http-path-change"]);
    assert!(
        near.starts_with("exit 2\n") && near.contains("did you mean `http-path-changed`?"),
        "{near}"
    );
    let far = folder.agentgen(&["explain", "zzz"]);
    assert!(far.contains("no rule has the name `zzz` (`agentgen rules` lists all)"), "{far}");
}

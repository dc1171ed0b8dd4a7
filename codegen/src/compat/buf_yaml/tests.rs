//! What a `buf.yaml` means, and what it is told when it means nothing.

use super::BufYaml;

fn error(text: &str) -> String {
    BufYaml::parse(text, "buf.yaml").expect_err("no configuration").to_string()
}

fn rules(text: &str) -> Vec<&'static str> {
    let read = BufYaml::parse(text, "buf.yaml").unwrap_or_else(|error| panic!("{error}"));
    read.settings("image.binpb").rule_ids()
}

#[test]
fn without_a_section_the_default_rules_run() {
    assert_eq!(rules("version: v2\n"), rules("version: v2\nbreaking:\n  use: [FILE]\n"));
    assert!(rules("version: v1").len() < rules("version: v2").len());
    assert_eq!(rules("version: v2\nbreaking:\n"), rules("version: v2\nlint:\n  use: [STANDARD]\n"));
}

#[test]
fn json_is_yaml() {
    let text = r#"{"version":"v2","breaking":{"use":["WIRE"],"except":["RPC_SAME_REQUEST_TYPE"]}}"#;
    assert!(rules(text).contains(&"RPC_SAME_RESPONSE_TYPE"));
    assert!(!rules(text).contains(&"RPC_SAME_REQUEST_TYPE"));
}

#[test]
fn a_name_that_means_nothing_is_shown_with_its_place_and_what_is_near() {
    assert_eq!(
        error("version: v2\nbreaking:\n  use:\n    - WIRE\n    - FIELD_SAME_NAMES\n"),
        "buf.yaml:5:7: `FIELD_SAME_NAMES` is no rule or category of version `v2`; \
         did you mean `FIELD_SAME_NAME`?"
    );
    assert_eq!(
        error("version: v1\nbreaking:\n  ignore_only:\n    EXTENSION_NO_DELETE: [a]\n"),
        "buf.yaml:4:5: `EXTENSION_NO_DELETE` is no rule or category of version `v1`"
    );
}

#[test]
fn every_other_mistake_is_shown_with_its_place() {
    let cases = [
        ("", "buf.yaml: the file is empty; `version` is missing"),
        ("breaking: {}", "buf.yaml:1:1: `version` is missing; the newest is `v2`"),
        ("version: v3", "buf.yaml:1:10: `v3` is no version; known are `v1beta1`, `v1`, `v2`"),
        ("version: [v2]", "buf.yaml:1:10: expected the name of a version"),
        ("version: v2\nbreakng: {}", "buf.yaml:2:1: `breakng` is no key here; known are"),
        ("version: v2\nbreaking: {uses: []}", "buf.yaml:2:12: `uses` is no key here; known are"),
        ("version: v2\nbreaking: [FILE]", "buf.yaml:2:11: expected keys with values"),
        ("version: v2\nbreaking: {use: FILE}", "buf.yaml:2:17: expected a list"),
        (
            "version: v2\nbreaking: {ignore_unstable_packages: often}",
            "buf.yaml:2:38: expected `true` or `false`",
        ),
        (
            "version: v2\nbreaking: {ignore: [../a]}",
            "buf.yaml:2:21: `../a` leaves the folder that `buf.yaml` lies in",
        ),
        (
            "version: v2\nbreaking: {disable_builtin: true}",
            "buf.yaml:2:11: no rule is left; `use` a category or a rule",
        ),
        ("version: v2\nversion: v1", "buf.yaml:2:1: `version` is written twice"),
        ("version: v1\nmodules: []", "buf.yaml:2:10: `modules` needs `version: v2`"),
        (
            "version: v2\nmodules: [{path: a, breaking: {ignore: [b]}}]",
            "buf.yaml:2:41: `b` does not lie in the folder of its module",
        ),
        ("version: v2\n---\nversion: v1", "buf.yaml:2:1: the file holds more than one document"),
        ("version: &a v2\nname: *a", "buf.yaml:2:7: aliases are not read; write the value out"),
        ("version: {", "buf.yaml:"),
    ];
    for (text, expected) in cases {
        let found = error(text);
        assert!(found.starts_with(expected), "{text}\n{found}");
    }
    let deep = format!("version: {}{}", "[".repeat(40), "]".repeat(40));
    assert_eq!(error(&deep), "buf.yaml:1:41: lists and keys are nested too deeply");
    assert!(error(&"[".repeat(100_000)).starts_with("buf.yaml:1:"));
}

#[test]
fn what_has_no_effect_is_said() {
    let text = "version: v1\nbreaking:\n  use: [FIELD_SAME_CTYPE]\n  except: [FILE_SAME_PHP_GENERIC_SERVICES]\nplugins: []\n";
    let read = BufYaml::parse(text, "buf.yaml").expect("a configuration");
    assert_eq!(
        read.warnings(),
        [
            "buf.yaml:5:10: rules of `plugins` are not run",
            "buf.yaml:3:9: `FIELD_SAME_CTYPE` is deprecated; it stands for `FIELD_SAME_CPP_STRING_TYPE`",
            "buf.yaml:4:12: `FILE_SAME_PHP_GENERIC_SERVICES` is deprecated; it does nothing",
        ]
    );
}

#[test]
fn to_ignore_a_whole_module_is_to_check_nothing() {
    assert!(rules("version: v2\nbreaking: {ignore: [.]}").is_empty());
}

//! The forms of a report, from the command line.

use super::{Folder, OLD};

#[test]
fn every_format_is_printed_to_standard_output() {
    let folder = Folder::with_a_break();
    for (format, begins) in [
        ("text", "error[http-path-changed]: "),
        ("json", "{\n  \"format\": 1,"),
        ("sarif", "{\n  \"$schema\""),
        ("github", "::error file=new/tasks.proto,line=10,"),
        ("gitlab", "[\n  {\n    \"description\""),
        ("junit", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"),
        ("markdown", "### Contract: breaking changes"),
    ] {
        let output = folder.output(&["check-compat", "old", "new", "--format", format]);
        let text = String::from_utf8(output.stdout).expect("text");
        assert!(text.starts_with(begins), "{text}");
        assert!(output.stderr.is_empty() && output.status.code() == Some(1), "{format}");
        assert!(!text.contains('\u{1b}'), "{format} is coloured in a pipe");
    }
}

#[test]
fn colour_is_for_text_alone() {
    let folder = Folder::with_a_break();
    let colored =
        |format| folder.check(&["--color", "always", "--format", format]).contains('\u{1b}');
    assert!(colored("text"));
    for format in ["json", "sarif", "github", "gitlab", "junit", "markdown"] {
        assert!(!colored(format), "{format}");
    }
}

#[test]
fn the_schema_of_json_is_the_published_one() {
    let folder = Folder::with(&[]);
    let printed = folder.output(&["check-compat", "--schema"]).stdout;
    let published = include_str!("../../../schema/check-compat.schema.json");
    // The order of keys depends on who else is built.
    let parse = |text: &[u8]| serde_json::from_slice::<serde_json::Value>(text).expect("JSON");
    assert!(
        parse(&printed) == parse(published.as_bytes()),
        "run `agentgen check-compat --schema > codegen/schema/check-compat.schema.json`"
    );
}

#[test]
fn a_limit_holds_for_every_format_and_0_is_none() {
    let rename = |text: &str, n: usize| text.replace("Tasks", &format!("Tasks{n}"));
    let many = |text: &str| {
        let rpc = &text[text.find("service").expect("it")..text.find("message").expect("it")];
        let more: String =
            (0..60).map(|n| rename(&rpc.replace("tasks/", &format!("t{n}/")), n)).collect();
        format!("{text}{more}")
    };
    let moved = many(&super::moved());
    let folder = Folder::with(&[("old/tasks.proto", &many(OLD)), ("new/tasks.proto", &moved)]);
    let shown =
        |arguments: &[&str]| folder.check(arguments).matches("error[http-path-changed]").count();
    assert_eq!([shown(&[]), shown(&["--limit", "0"]), shown(&["--limit", "2"])], [50, 61, 2]);
    let json = folder.json(&["--limit", "3"]);
    assert_eq!(json["findings"].as_array().map(Vec::len), Some(3));
    assert_eq!((&json["left_off"], &json["counts"]["errors"]), (&58.into(), &61.into()));
    assert_eq!(folder.json(&[])["left_off"], 0);
}

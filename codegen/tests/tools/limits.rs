//! The most that a strict form holds: a schema of that size fits, and the next larger
//! one is put in the wide form, with a warning that says what is put instead.

use agentgen_codegen::emit::{self, Selection};

use super::forms::input;
use super::request;

/// Fields that have to be set, named by their numbers.
fn required(count: usize, name: &str) -> String {
    each(1..=count, |number| {
        format!("int32 {name}{number} = {number} [(google.api.field_behavior) = REQUIRED];")
    })
}

/// What there is for each number.
fn each(numbers: impl Iterator<Item = usize>, text: impl Fn(usize) -> String) -> String {
    numbers.map(text).collect()
}

/// One field of an enum of as many values.
fn values(count: usize, name: &str) -> String {
    let values = each(0..count, |number| format!("{name}{number} = {number};"));
    format!("enum Many {{ {values} }} Many many = 1 [(google.api.field_behavior) = REQUIRED];")
}

/// Whether fields fit the strict form of a dialect.
fn fits(test: &str, fields: &str, dialect: &str) -> bool {
    input(&format!("limit-{test}-{dialect}"), fields, dialect).1
}

#[test]
fn openai_has_a_most_of_properties() {
    assert!(fits("properties", &required(5000, "f"), "openai"));
    assert!(!fits("more-properties", &required(5001, "f"), "openai"));
}

#[test]
fn openai_has_a_most_of_levels() {
    let levels = |count: usize| {
        let inner =
            each(2..count, |level| format!("message L{level} {{ L{} next = 1; }}", level + 1));
        format!("{inner} message L{count} {{ int32 x = 1; }} L2 first = 1;")
    };
    assert!(fits("levels", &levels(10), "openai"));
    assert!(!fits("more-levels", &levels(11), "openai"));
}

#[test]
fn openai_has_a_most_of_enum_values() {
    assert!(fits("values", &values(1000, "V"), "openai"));
    assert!(!fits("more-values", &values(1001, "V"), "openai"));
}

#[test]
fn openai_has_a_most_of_text_in_names() {
    let name = "a".repeat(116);
    assert!(fits("text", &required(999, &name), "openai"), "999 names of at most 119 characters");
    let name = "a".repeat(120);
    assert!(!fits("more-text", &required(999, &name), "openai"));
}

#[test]
fn openai_has_a_most_of_text_in_a_long_enum() {
    let name = "V".repeat(60);
    assert!(fits("short-enum", &values(250, &name), "openai"), "it is none");
    assert!(!fits("long-enum", &values(251, &name), "openai"));
    assert!(fits("long-enum-of-short-values", &values(251, &"V".repeat(56)), "openai"));
}

#[test]
fn anthropic_has_a_most_of_optional_properties() {
    let optional = |count: usize| each(1..=count, |number| format!("int32 f{number} = {number};"));
    assert!(fits("optional", &optional(24), "anthropic"));
    assert!(!fits("more-optional", &optional(25), "anthropic"));
}

#[test]
fn anthropic_has_a_most_of_unions() {
    // What is said of a field whose type is a message goes around the reference.
    let unions = |count: usize| {
        each(1..=count, |number| format!("\n// Where.\nPoint f{number} = {number};\n"))
    };
    assert!(fits("unions", &unions(16), "anthropic"));
    assert!(!fits("more-unions", &unions(17), "anthropic"));
}

#[test]
fn gemini_has_a_most_of_schemas_that_are_put_in_place() {
    let doubled = |levels: usize| {
        let inner = each(1..levels, |level| {
            let next = level + 1;
            format!("message L{level} {{ L{next} left = 1; L{next} right = 2; }}")
        });
        format!("{inner} message L{levels} {{ int32 x = 1; }} L1 first = 1;")
    };
    assert!(fits("schemas", &doubled(10), "gemini"));
    assert!(!fits("more-schemas", &doubled(11), "gemini"));
}

#[test]
fn a_warning_says_what_is_put_instead() {
    let loaded = request("instead", "map<string, int32> counts = 1;");
    let selection = Selection::new(["tools"]).expect("the emitter exists");
    let warnings = emit::warnings(&loaded.contract, &selection);
    for (dialect, instead) in [
        ("openai", "it is emitted with `\"strict\": false`"),
        ("openai-chat", "it is emitted with `\"strict\": false`"),
        ("anthropic", "it is emitted without `\"strict\": true`"),
        ("gemini", "its `parametersJsonSchema` holds JSON Schema in place of `parameters`"),
    ] {
        let of = format!("the strict form of `{dialect}`");
        let found = warnings.iter().find(|found| found.message.contains(&of));
        let found = found.unwrap_or_else(|| panic!("{dialect} has no maps: {warnings:?}"));
        assert_eq!(found.hint.as_deref(), Some(instead), "{dialect}");
    }
}

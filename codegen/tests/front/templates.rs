//! The path template parser against the public vectors of Envoy's transcoder.

use agentgen_codegen::contract::{Segment, Template};
use serde_json::Value;

const VECTORS: &str = include_str!("../vectors/templates.json");

/// Templates that Envoy judges otherwise than we decided to. None of the
/// vectors touches our two extensions (colons in a verb, escapes in a
/// literal), so that the list is empty; a new vector that deviates fails.
const DEVIATIONS: &[&str] = &[];

#[test]
fn all_public_vectors_hold() {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).expect("the vectors are JSON");
    assert_eq!(vectors.len(), 87);
    let wrong: Vec<&str> = vectors
        .iter()
        .filter_map(|vector| {
            let text = vector["template"].as_str()?;
            let mut parsed = parsed(text);
            if vector["valid"] == true && vector["variables"].is_null() {
                // The vector is about the verb and leaves the variables open.
                if let Some((_, _, variables)) = &mut parsed {
                    variables.clear();
                }
            }
            (parsed != expected(vector)).then_some(text)
        })
        .collect();
    assert_eq!(wrong, DEVIATIONS);
}

/// A template as the vectors write it: segments, verb, and each variable with
/// path, start, end, and whether it holds `**`.
type Shape = (Vec<String>, String, Vec<(Vec<String>, i64, i64, bool)>);

fn parsed(text: &str) -> Option<Shape> {
    let template = Template::parse(text).ok()?;
    let segments: Vec<String> = template
        .segments
        .iter()
        .map(|segment| match segment {
            Segment::Literal(text) => text.clone(),
            Segment::Single => "*".to_owned(),
            Segment::Rest => "**".to_owned(),
        })
        .collect();
    let variables = template.variables.iter().map(|variable| {
        let end = variable.start + variable.len;
        let rest = template.segments[variable.start..end].contains(&Segment::Rest);
        let end = i64::try_from(end).expect("a small number");
        // The vectors count the end from behind where the length is open.
        let total = i64::try_from(segments.len()).expect("a small number");
        let end = if rest { end - total - 1 } else { end };
        let start = i64::try_from(variable.start).expect("a small number");
        (variable.path.clone(), start, end, rest)
    });
    let variables = variables.collect();
    Some((segments, template.verb.unwrap_or_default(), variables))
}

fn expected(vector: &Value) -> Option<Shape> {
    if vector["valid"] == false {
        return None;
    }
    let strings = |value: &Value| -> Vec<String> {
        let list = value.as_array().into_iter().flatten();
        list.filter_map(|text| text.as_str().map(str::to_owned)).collect()
    };
    let variables = vector["variables"].as_array().into_iter().flatten().map(|variable| {
        (
            strings(&variable["field_path"]),
            variable["start"].as_i64().unwrap_or_default(),
            variable["end"].as_i64().unwrap_or_default(),
            variable["has_double_wildcard"].as_bool().unwrap_or_default(),
        )
    });
    let verb = vector["verb"].as_str().unwrap_or_default().to_owned();
    Some((strings(&vector["segments"]), verb, variables.collect()))
}

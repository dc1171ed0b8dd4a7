//! Anthropic: tools of the Messages API with `input_schema`, and strict tool use
//! (`strict`).
//!
//! The rules are those of "JSON Schema limitations" and "Schema complexity
//! limits" of "Structured outputs"
//! (<https://platform.claude.com/docs/en/build-with-claude/structured-outputs>):
//! objects are closed, properties may be left out, no recursion, no bounds of
//! numbers and lengths, `minItems` of 0 and 1 only. A request holds at most 20
//! strict tools, 24 optional properties and 16 unions over all of them; one tool
//! alone is kept within the last two here. Without `strict`, `input_schema` is
//! any JSON Schema without a union at its root. In both, names of properties
//! match `^[a-zA-Z0-9_.-]{1,64}$`: see [`names`].

use serde_json::{Value, json};

use super::Tool;
use super::definition::{limit, named, without_union};
use super::dialect::{Definition, Dialect};
use super::strict::{self, Form};
use super::{names, size};

/// The row.
pub(super) const DIALECT: Dialect =
    Dialect { name: "anthropic", instead: "it is emitted without `\"strict\": true`", define };

static FORM: Form = Form {
    keywords: &[],
    formats: &[
        "date-time",
        "time",
        "date",
        "duration",
        "email",
        "hostname",
        "uri",
        "ipv4",
        "ipv6",
        "uuid",
    ],
    nullable: false,
    min_items: 1,
};

const OPTIONAL: usize = 24;
const UNIONS: usize = 16;

fn define(tool: &Tool<'_>) -> Definition {
    let (input, refused) = names::fitting(tool);
    let (strict, mut unmet) = strict::schema(&FORM, &input);
    unmet.extend(refused);
    let size = size::of(&strict);
    if size.recursive {
        unmet.push("a message holds itself".to_owned());
    }
    limit(&mut unmet, "optional properties", size.optional, OPTIONAL);
    limit(&mut unmet, "values of several types", size.unions, UNIONS);
    let mut definition = named(tool);
    if unmet.is_empty() {
        definition.insert("strict".into(), json!(true));
        definition.insert("input_schema".into(), Value::Object(strict));
    } else {
        let wide = without_union(&input);
        definition.insert("input_schema".into(), Value::Object(wide));
    }
    Definition { definition: Value::Object(definition), unmet }
}

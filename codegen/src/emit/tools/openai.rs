//! `OpenAI`: function tools of the Responses API and of Chat Completions, with
//! Structured Outputs (`strict`).
//!
//! The rules are those of "Structured model outputs: Supported schemas"
//! (<https://platform.openai.com/docs/guides/structured-outputs#supported-schemas>,
//! as of February 2026): the root is an object and no union; every property is
//! required, an optional one takes null; `additionalProperties` is false;
//! recursion by `$ref` is allowed; `allOf`, `not`, `oneOf` and conditions are
//! not. Names: letters, digits, `_` and `-`, at most 64
//! (<https://platform.openai.com/docs/api-reference/responses/create>).

use serde_json::{Value, json};

use super::Tool;
use super::definition::{limit, named, without_union};
use super::dialect::{Definition, Dialect};
use super::size::{self, Size};
use super::strict::{self, Form};
use crate::emit::schema::Object;

/// The flat form of the Responses API.
pub(super) const RESPONSES: Dialect =
    Dialect { name: "openai", instead: INSTEAD, define: responses };

/// The form of Chat Completions, which most compatible servers take.
pub(super) const CHAT: Dialect = Dialect { name: "openai-chat", instead: INSTEAD, define: chat };

const INSTEAD: &str = "it is emitted with `\"strict\": false`";

/// "Supported properties" of the guide.
const FORM: Form = Form {
    keywords: &[
        "pattern",
        "multipleOf",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "maxItems",
    ],
    formats: &[
        "date-time",
        "time",
        "date",
        "duration",
        "email",
        "hostname",
        "ipv4",
        "ipv6",
        "uuid",
    ],
    nullable: true,
    min_items: u64::MAX,
};

/// "Objects have limitations on nesting depth and size", "Limitations on enum
/// size" and "on total string size" of the guide.
const LIMITS: [Limit; 5] = [
    ("properties", |size| size.properties, 5000),
    ("levels of nesting", |size| size.depth, 10),
    ("enum values", |size| size.enums, 1000),
    ("characters of names and enum values", |size| size.text, 120_000),
    ("characters in one enum of over 250 values", |size| size.long_enum, 15_000),
];

/// What is counted, how, and the most of it.
type Limit = (&'static str, fn(&Size) -> usize, usize);

/// The parameters, and what the strict form cannot express of them.
pub(super) type Parameters = (Object, Vec<String>);

/// The same for both APIs, and so made once.
fn parameters<'t>(tool: &'t Tool<'_>) -> &'t Parameters {
    tool.openai.get_or_init(|| {
        static STRICT: Form = FORM;
        let (strict, mut unmet) = strict::schema(&STRICT, &tool.input);
        let size = size::of(&strict);
        for (what, number, most) in LIMITS {
            limit(&mut unmet, what, number(&size), most);
        }
        (if unmet.is_empty() { strict } else { without_union(&tool.input) }, unmet)
    })
}

fn responses(tool: &Tool<'_>) -> Definition {
    let (parameters, unmet) = parameters(tool);
    let mut definition = named(tool);
    definition.insert("type".into(), json!("function"));
    definition.insert("parameters".into(), Value::Object(parameters.clone()));
    definition.insert("strict".into(), json!(unmet.is_empty()));
    Definition { definition: Value::Object(definition), unmet: unmet.clone() }
}

fn chat(tool: &Tool<'_>) -> Definition {
    let Definition { definition: mut function, unmet } = responses(tool);
    if let Some(function) = function.as_object_mut() {
        function.remove("type");
    }
    Definition { definition: json!({ "type": "function", "function": function }), unmet }
}

//! The text of a definition in pieces: its schemas apart from what is said
//! around them, so that those in several definitions are stated once.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use heck::ToShoutySnakeCase as _;
use serde_json::{Map, Value};

/// A part of a text.
pub(super) enum Piece {
    Text(String),
    /// A schema, by the name of its message or enum.
    Schema {
        name: String,
        text: String,
    },
    /// The definitions of a schema, one by one.
    Group {
        name: String,
        pieces: Vec<Piece>,
    },
}

/// The members of a definition that hold the schema of the request.
const INPUTS: [&str; 4] = ["inputSchema", "input_schema", "parameters", "parametersJsonSchema"];

/// Those that hold the schema of the reply.
const OUTPUTS: [&str; 2] = ["outputSchema", "responseJsonSchema"];

/// The pieces of a definition; joined, they are its JSON. `input` and `output`
/// are the names of the messages.
pub(super) fn of(definition: &Value, input: &str, output: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    match definition {
        Value::Object(object) => members(object, input, output, &mut pieces),
        other => pieces.push(Piece::Text(other.to_string())),
    }
    pieces
}

fn members(object: &Map<String, Value>, input: &str, output: &str, pieces: &mut Vec<Piece>) {
    let mut open = "{";
    for (key, value) in object {
        pieces.push(Piece::Text(format!("{open}{}:", Value::from(key.as_str()))));
        open = ",";
        match value {
            Value::Object(schema) if INPUTS.contains(&key.as_str()) => root(input, schema, pieces),
            Value::Object(schema) if OUTPUTS.contains(&key.as_str()) => {
                root(output, schema, pieces);
            }
            Value::Object(inner) if key == "function" => members(inner, input, output, pieces),
            other => pieces.push(Piece::Text(other.to_string())),
        }
    }
    pieces.push(Piece::Text(if open == "{" { "{}" } else { "}" }.to_owned()));
}

/// A schema, and behind it its definitions one by one.
fn root(name: &str, schema: &Map<String, Value>, pieces: &mut Vec<Piece>) {
    let own = schema.iter().filter(|(key, _)| *key != "$defs");
    let own: Vec<_> = own.map(|(key, value)| member(key, value)).collect();
    pieces.push(Piece::Text("{".to_owned()));
    pieces.push(Piece::Schema { name: name.to_owned(), text: own.join(",") });
    if let Some(Value::Object(definitions)) = schema.get("$defs") {
        let open = if own.is_empty() { "\"$defs\":{" } else { ",\"$defs\":{" };
        pieces.push(Piece::Text(open.to_owned()));
        pieces.push(Piece::Group {
            name: format!("{name}_definitions"),
            pieces: one_by_one(definitions),
        });
        pieces.push(Piece::Text("}".to_owned()));
    }
    pieces.push(Piece::Text("}".to_owned()));
}

fn one_by_one(definitions: &Map<String, Value>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (name, definition) in definitions {
        if !pieces.is_empty() {
            pieces.push(Piece::Text(",".to_owned()));
        }
        let text = member(name, definition);
        let name = name.rsplit('.').next().unwrap_or(name).to_owned();
        pieces.push(Piece::Schema { name, text });
    }
    pieces
}

fn member(key: &str, value: &Value) -> String {
    format!("{}:{value}", Value::from(key))
}

impl Piece {
    fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) | Self::Schema { text, .. } => Cow::Borrowed(text),
            Self::Group { pieces, .. } => Cow::Owned(pieces.iter().map(Self::text).collect()),
        }
    }
}

/// Groups that several places hold become one schema, others fall apart.
pub(super) fn regroup(definitions: &mut [&mut Vec<Piece>]) {
    let mut uses = BTreeMap::<String, usize>::new();
    for piece in definitions.iter().flat_map(|pieces| pieces.iter()) {
        if let Piece::Group { .. } = piece {
            *uses.entry(piece.text().into_owned()).or_default() += 1;
        }
    }
    for definition in definitions {
        let pieces = std::mem::take(&mut **definition);
        for piece in pieces {
            let text = piece.text().into_owned();
            match piece {
                Piece::Group { name, .. } if uses.get(&text).is_some_and(|count| *count > 1) => {
                    definition.push(Piece::Schema { name, text });
                }
                Piece::Group { pieces, .. } => definition.extend(pieces),
                other => definition.push(other),
            }
        }
    }
}

/// The schemas that more than one place holds, under the names of constants.
pub(super) struct Shared<'a> {
    /// By the text.
    names: BTreeMap<&'a str, String>,
    /// The texts in the order that they come in.
    texts: Vec<&'a str>,
}

impl<'a> Shared<'a> {
    pub(super) fn of(definitions: impl Iterator<Item = &'a Vec<Piece>>) -> Self {
        let (mut uses, mut found) = (BTreeMap::<_, usize>::new(), Vec::new());
        for piece in definitions.flatten() {
            if let Piece::Schema { name, text } = piece {
                let count = uses.entry(text.as_str()).or_default();
                *count += 1;
                if *count == 1 {
                    found.push((name, text.as_str()));
                }
            }
        }
        let mut taken = BTreeSet::from(["TOOLS".to_owned()]);
        let (mut names, mut texts) = (BTreeMap::new(), Vec::new());
        for (name, text) in found {
            if uses.get(text).is_some_and(|count| *count > 1) && text.len() >= SHORTEST {
                names.insert(text, free(&name.to_shouty_snake_case(), &mut taken));
                texts.push(text);
            }
        }
        Self { names, texts }
    }

    /// Names and texts.
    pub(super) fn constants(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().filter_map(|text| Some((self.names.get(text)?.as_str(), *text)))
    }

    /// What a definition is joined from: names of constants, and texts.
    pub(super) fn parts(&self, pieces: &[Piece]) -> Vec<Result<&str, String>> {
        let mut parts: Vec<Result<&str, String>> = Vec::new();
        for piece in pieces {
            let text = match piece {
                Piece::Schema { text, .. } if self.names.contains_key(text.as_str()) => {
                    parts.extend(self.names.get(text.as_str()).map(|name| Ok(name.as_str())));
                    continue;
                }
                other => other.text(),
            };
            match parts.last_mut() {
                Some(Err(before)) => before.push_str(&text),
                _ => parts.push(Err(text.into_owned())),
            }
        }
        parts
    }
}

/// The shortest text that is worth a name.
const SHORTEST: usize = 40;

fn free(name: &str, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    let free = names.find(|name| !taken.contains(name)).unwrap_or_default();
    taken.insert(free.clone());
    free
}

//! YAML as a tree of nodes with places, from the events of the parser. What a
//! configuration has no use for is refused: aliases, deep nesting, several
//! documents.

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::error::BufYamlError;

/// A node.
#[derive(Debug)]
pub(super) struct Tree {
    /// From 1.
    pub(super) line: usize,
    /// From 1, in characters.
    pub(super) column: usize,
    pub(super) data: Data,
}

/// What a node holds.
#[derive(Debug)]
pub(super) enum Data {
    /// A text; `plain` where it stands without quotes.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Tree>),
    /// Keys and values, in the order written.
    Mapping(Vec<(Tree, Tree)>),
}

/// How deep lists and mappings may nest.
const MAX_DEPTH: usize = 32;

/// The only document of a text; `None` where it has none.
pub(super) fn read(text: &str, shown: &str) -> Result<Option<Tree>, BufYamlError> {
    let mut builder = Builder { shown, root: None, open: Vec::new() };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let marker = error.marker();
            BufYamlError::at(shown, marker.line(), marker.col() + 1, error.info())
        })?;
        builder.take(event, span)?;
    }
    Ok(builder.root)
}

struct Builder<'s> {
    shown: &'s str,
    root: Option<Tree>,
    /// The lists and mappings around what comes next; the second part is the
    /// key that waits for its value.
    open: Vec<(Tree, Option<Tree>)>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), BufYamlError> {
        match event {
            Event::Scalar(text, style, ..) => {
                let plain = style == ScalarStyle::Plain;
                self.put(node(span, Data::Scalar { text: text.into_owned(), plain }))
            }
            Event::SequenceStart(..) => self.enter(span, Data::List(Vec::new())),
            Event::MappingStart(..) => self.enter(span, Data::Mapping(Vec::new())),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some((done, _)) => self.put(done),
                None => Ok(()),
            },
            Event::Alias(_) => Err(self.error(span, "aliases are not read; write the value out")),
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(self.error(span, "the file holds more than one document; keep the first"))
            }
            _ => Ok(()),
        }
    }

    fn error(&self, span: Span, what: &str) -> BufYamlError {
        BufYamlError::at(self.shown, span.start.line(), span.start.col() + 1, what)
    }

    fn enter(&mut self, span: Span, data: Data) -> Result<(), BufYamlError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.error(span, "lists and keys are nested too deeply"));
        }
        self.open.push((node(span, data), None));
        Ok(())
    }

    /// Puts a finished node where it belongs.
    fn put(&mut self, done: Tree) -> Result<(), BufYamlError> {
        let Some((around, key)) = self.open.last_mut() else {
            self.root = Some(done);
            return Ok(());
        };
        match &mut around.data {
            Data::List(items) => items.push(done),
            Data::Mapping(entries) => {
                if let Some(key) = key.take() {
                    entries.push((key, done));
                    return Ok(());
                }
                if let Some(name) = twice(entries, &done) {
                    let what = format!("`{name}` is written twice");
                    return Err(BufYamlError::at(self.shown, done.line, done.column, &what));
                }
                *key = Some(done);
            }
            Data::Scalar { .. } => {}
        }
        Ok(())
    }
}

fn node(span: Span, data: Data) -> Tree {
    Tree { line: span.start.line(), column: span.start.col() + 1, data }
}

/// The name of a key that is there already.
fn twice(entries: &[(Tree, Tree)], key: &Tree) -> Option<String> {
    let name = |tree: &Tree| match &tree.data {
        Data::Scalar { text, .. } => Some(text.clone()),
        _ => None,
    };
    let wanted = name(key)?;
    entries.iter().any(|(key, _)| name(key).as_ref() == Some(&wanted)).then_some(wanted)
}

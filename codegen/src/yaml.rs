//! YAML as a tree of nodes with places, from the events of the parser. What a
//! configuration has no use for is refused: aliases, deep nesting, several
//! documents.

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

/// Why a text is no YAML that a configuration can be written in.
#[derive(Debug)]
pub(crate) struct YamlError {
    /// From 1.
    pub(crate) line: usize,
    /// From 1, in characters.
    pub(crate) column: usize,
    /// What is wrong there.
    pub(crate) what: String,
}

/// A node.
#[derive(Debug)]
pub(crate) struct Tree {
    /// From 1.
    pub(crate) line: usize,
    /// From 1, in characters.
    pub(crate) column: usize,
    /// Where it stands, in characters from the start of the text.
    pub(crate) start: usize,
    /// Where it ends, or the last thing in it does.
    pub(crate) end: usize,
    pub(crate) data: Data,
}

/// What a node holds.
#[derive(Debug)]
pub(crate) enum Data {
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
pub(crate) fn read(text: &str) -> Result<Option<Tree>, YamlError> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let marker = error.marker();
            fault(marker.line(), marker.col() + 1, error.info())
        })?;
        builder.take(event, span)?;
    }
    Ok(builder.root)
}

fn fault(line: usize, column: usize, what: &str) -> YamlError {
    YamlError { line, column, what: what.to_owned() }
}

#[derive(Default)]
struct Builder {
    root: Option<Tree>,
    /// The lists and mappings around what comes next; the second part is the
    /// key that waits for its value.
    open: Vec<(Tree, Option<Tree>)>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), YamlError> {
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
            Event::Alias(_) => Err(Self::error(span, "aliases are not read; write the value out")),
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(Self::error(span, "the file holds more than one document; keep the first"))
            }
            _ => Ok(()),
        }
    }

    fn error(span: Span, what: &str) -> YamlError {
        fault(span.start.line(), span.start.col() + 1, what)
    }

    fn enter(&mut self, span: Span, data: Data) -> Result<(), YamlError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Self::error(span, "lists and keys are nested too deeply"));
        }
        self.open.push((node(span, data), None));
        Ok(())
    }

    /// Puts a finished node where it belongs.
    fn put(&mut self, done: Tree) -> Result<(), YamlError> {
        let Some((around, key)) = self.open.last_mut() else {
            self.root = Some(done);
            return Ok(());
        };
        around.end = around.end.max(done.end);
        match &mut around.data {
            Data::List(items) => items.push(done),
            Data::Mapping(entries) => {
                if let Some(key) = key.take() {
                    entries.push((key, done));
                    return Ok(());
                }
                if let Some(name) = twice(entries, &done) {
                    let what = format!("`{name}` is written twice");
                    return Err(fault(done.line, done.column, &what));
                }
                *key = Some(done);
            }
            Data::Scalar { .. } => {}
        }
        Ok(())
    }
}

fn node(span: Span, data: Data) -> Tree {
    let (start, line, column) = (span.start.index(), span.start.line(), span.start.col() + 1);
    let end = match data {
        Data::Scalar { .. } => span.end.index(),
        Data::List(_) | Data::Mapping(_) => start,
    };
    Tree { line, column, start, end, data }
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

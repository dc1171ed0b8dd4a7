//! Where elements stand: descriptor paths, and the source info that maps them
//! to lines and columns. Decoded when a finding asks for it, and only then.

use std::collections::HashMap;

use crate::descriptor::{Fields, Malformed, Value, varint};

/// Lines and columns, from 0, as source info holds them: columns count bytes,
/// the end lies behind the last byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first line.
    pub start_line: i32,
    /// The first column.
    pub start_column: i32,
    /// The last line.
    pub end_line: i32,
    /// The column behind the end.
    pub end_column: i32,
}

/// A span and the comments around it.
#[derive(Clone, Copy, Debug)]
pub struct Info<'a> {
    /// Where it stands.
    pub span: Span,
    /// The comment before it.
    pub leading: &'a str,
    /// The comment behind it.
    pub trailing: &'a str,
}

/// The source info of a file by descriptor path.
#[derive(Debug, Default)]
pub(super) struct SpanIndex<'a> {
    infos: HashMap<Vec<i32>, Info<'a>>,
}

impl<'a> SpanIndex<'a> {
    /// Reads `SourceCodeInfo`; what is malformed is left out. The first of
    /// several places of one path wins, as in other tools.
    pub(super) fn read(source_info: &'a [u8]) -> Self {
        let mut infos = HashMap::new();
        for field in Fields::new(source_info).flatten() {
            if let (1, Value::Bytes(location)) = field
                && let Ok((path, info)) = read_location(location)
            {
                infos.entry(path).or_insert(info);
            }
        }
        Self { infos }
    }

    pub(super) fn get(&self, path: &[i32]) -> Option<Info<'a>> {
        self.infos.get(path).copied()
    }
}

fn read_location(bytes: &[u8]) -> Result<(Vec<i32>, Info<'_>), Malformed> {
    let (mut path, mut span) = (Vec::new(), Vec::new());
    let (mut leading, mut trailing) = ("", "");
    for field in Fields::new(bytes) {
        match field? {
            (1, value) => numbers(value, &mut path)?,
            (2, value) => numbers(value, &mut span)?,
            (3, value) => leading = value.text().unwrap_or_default(),
            (4, value) => trailing = value.text().unwrap_or_default(),
            _ => {}
        }
    }
    let span = match *span {
        [start_line, start_column, end_column] => {
            Span { start_line, start_column, end_line: start_line, end_column }
        }
        [start_line, start_column, end_line, end_column] => {
            Span { start_line, start_column, end_line, end_column }
        }
        _ => return Err(Malformed),
    };
    Ok((path, Info { span, leading, trailing }))
}

/// Adds repeated `int32`, packed or not.
pub(super) fn numbers(value: Value<'_>, into: &mut Vec<i32>) -> Result<(), Malformed> {
    let Value::Bytes(mut packed) = value else {
        into.push(value.int32()?);
        return Ok(());
    };
    while !packed.is_empty() {
        into.push(Value::Varint(varint(&mut packed)?).int32()?);
    }
    Ok(())
}

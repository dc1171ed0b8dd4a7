//! A descriptor image: read once, sliced where it lies. What comparison may
//! skip is scanned for its head alone.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::ops::Range;

use super::Head;
use super::content::HOW_TO_MAKE;
use super::error::InputError;
use crate::compat::schema::EncodedFile;
use crate::descriptor::{Fields, Malformed, Value};

/// The bytes of an image and where its files lie in them.
pub(super) struct Image {
    bytes: Vec<u8>,
    files: Vec<Range<usize>>,
}

/// The tag of `source_code_info` in a file.
const SOURCE_INFO: u32 = 9;
/// The tag of what buf adds to a file: whether it is an import, and of which
/// module it is.
const BUF_EXTENSION: u32 = 8042;

impl fmt::Debug for Image {
    /// Without the bytes, of which there may be gigabytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Image").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

impl Image {
    /// Finds the files of an image. Fails where it is damaged, is empty or
    /// holds a file twice.
    pub(super) fn read(bytes: Vec<u8>, what: &str) -> Result<(Self, Vec<Head>), InputError> {
        let (mut files, mut heads) = (Vec::new(), Vec::<Head>::new());
        for field in Fields::new(&bytes) {
            let damaged = |_| damaged(what, heads.last());
            if let (1, Value::Bytes(file)) = field.map_err(damaged)? {
                let start = file.as_ptr().addr() - bytes.as_ptr().addr();
                heads.push(head(file).map_err(damaged)?);
                files.push(start..start + file.len());
            }
        }
        if files.is_empty() {
            return Err(InputError::new(format!("`{what}` holds no files")).hint(HOW_TO_MAKE));
        }
        let image = Self { bytes, files };
        image.check(what, &heads)?;
        Ok((image, heads))
    }

    /// The encoded file of this index.
    pub(super) fn file(&self, index: usize) -> &[u8] {
        self.files.get(index).and_then(|range| self.bytes.get(range.clone())).unwrap_or_default()
    }

    fn check(&self, what: &str, heads: &[Head]) -> Result<(), InputError> {
        let (mut names, mut declared) = (HashSet::new(), HashMap::new());
        for (index, head) in heads.iter().enumerate() {
            if !names.insert(&head.name) {
                let message = format!("`{what}` holds the file `{}` twice", head.name);
                return Err(InputError::new(message).hint("leave one of the two out of the image"));
            }
            let symbols = declarations(self.file(index), &head.name, what)?;
            for name in symbols {
                if let Some(first) = declared.insert((head.package.as_str(), name), index) {
                    return Err(duplicate(what, head, name, &heads[first].name));
                }
            }
        }
        Ok(())
    }
}

fn damaged(what: &str, last: Option<&Head>) -> InputError {
    let place = match last {
        Some(head) => format!("it is damaged behind the file `{}`", head.name),
        None => "it does not begin as one".to_owned(),
    };
    InputError::new(format!("`{what}` is no descriptor image: {place}")).hint(HOW_TO_MAKE)
}

fn duplicate(what: &str, head: &Head, name: &str, first: &str) -> InputError {
    let dot = if head.package.is_empty() { "" } else { "." };
    InputError::new(format!(
        "`{what}` declares `{}{dot}{name}` in `{first}` and again in `{}`",
        head.package, head.name
    ))
    .hint("leave one of the files out of the image")
}

fn head(file: &[u8]) -> Result<Head, Malformed> {
    let mut head = Head::default();
    for field in Fields::new(file) {
        match field? {
            (1, value) => value.text()?.clone_into(&mut head.name),
            (2, value) => value.text()?.clone_into(&mut head.package),
            (3, value) => head.imports.push(value.text()?.to_owned()),
            (BUF_EXTENSION, value) => head.is_import = is_import(value.bytes()?)?,
            _ => {}
        }
    }
    if head.name.is_empty() { Err(Malformed) } else { Ok(head) }
}

fn is_import(extension: &[u8]) -> Result<bool, Malformed> {
    let mut is_import = false;
    for field in Fields::new(extension) {
        if let (1, value) = field? {
            is_import = value.bool()?;
        }
    }
    Ok(is_import)
}

/// The names of the messages, enums and services at the top of a file. Fails
/// on message sets, which no current protobuf writes or reads.
fn declarations<'a>(file: &'a [u8], name: &str, what: &str) -> Result<Vec<&'a str>, InputError> {
    let malformed = |_: Malformed| {
        InputError::new(format!("`{what}` is no descriptor image: the file `{name}` is damaged"))
            .hint(HOW_TO_MAKE)
    };
    let mut names = Vec::new();
    for field in Fields::new(file) {
        let (tag, value) = field.map_err(malformed)?;
        if !matches!(tag, 4..=6) {
            continue;
        }
        let element = value.bytes().map_err(malformed)?;
        names.push(text_in(element, 1).map_err(malformed)?);
        if tag == 4 && is_message_set(element).map_err(malformed)? {
            return Err(super::message_set(&format!("`{name}` in `{what}`")));
        }
    }
    Ok(names)
}

fn text_in(message: &[u8], wanted: u32) -> Result<&str, Malformed> {
    for field in Fields::new(message) {
        let (tag, value) = field?;
        if tag == wanted {
            return value.text();
        }
    }
    Ok("")
}

/// Whether a message or one inside it has `message_set_wire_format`.
fn is_message_set(message: &[u8]) -> Result<bool, Malformed> {
    let mut pending = vec![message];
    while let Some(message) = pending.pop() {
        for field in Fields::new(message) {
            match field? {
                (3, value) => pending.push(value.bytes()?),
                (7, value) => {
                    for option in Fields::new(value.bytes()?) {
                        if let (1, Value::Varint(1..)) = option? {
                            return Ok(true);
                        }
                    }
                }
                _ => {}
            }
        }
    }
    Ok(false)
}

/// Whether two encoded files say the same, comments and places apart: no rule
/// judges those.
pub(super) fn same(old: EncodedFile<'_>, new: EncodedFile<'_>) -> bool {
    old.is_import == new.is_import && significant(old.bytes).eq(significant(new.bytes))
}

fn significant(file: &[u8]) -> impl Iterator<Item = Result<(u32, Value<'_>), Malformed>> {
    Fields::new(file).filter(|field| !matches!(field, Ok((SOURCE_INFO | BUF_EXTENSION, _))))
}

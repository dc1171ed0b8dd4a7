//! What has to be read of both sides, and nothing else: most files of a large
//! tree are as they were.

use std::collections::HashMap;
use std::thread;

use super::Side;
use super::error::InputError;
use crate::compat::schema::{EncodedFile, Schema};

/// The files to compare.
#[derive(Debug)]
pub struct Selection<'s> {
    old_side: &'s Side,
    new_side: &'s Side,
    /// Those of the old side, encoded.
    pub old: Vec<EncodedFile<'s>>,
    /// Those of the new side, encoded.
    pub new: Vec<EncodedFile<'s>>,
}

impl<'s> Selection<'s> {
    /// The side that was.
    pub fn old_side(&self) -> &'s Side {
        self.old_side
    }

    /// The side that is.
    pub fn new_side(&self) -> &'s Side {
        self.new_side
    }

    /// Whether the sides are equal.
    pub fn is_empty(&self) -> bool {
        self.old.is_empty() && self.new.is_empty()
    }

    /// Reads both sides, in a thread each. Fails on damaged descriptors and on
    /// files that do not stand together, naming the side.
    pub fn read(&self) -> Result<(Schema<'s>, Schema<'s>), InputError> {
        let read = |side: &Side, files: &[EncodedFile<'s>]| {
            Schema::read(files).map_err(|error| side.schema_error(&error))
        };
        let (old, new) = both(|| read(self.old_side, &self.old), || read(self.new_side, &self.new));
        Ok((old?, new?))
    }
}

/// What has to be read of both sides: the files that differ, comments and
/// places apart, those that import them, directly or not, on either side, and
/// what all of these import. A file that is read on one side is read on the
/// other if it is there. Sides that are equal select nothing.
///
/// Texts are compiled here, and only those selected: fails where they do not
/// compile.
pub fn select<'s>(old: &'s Side, new: &'s Side) -> Result<Selection<'s>, InputError> {
    if old.texts_only() != new.texts_only() {
        // An image and a text can be compared only once the text is compiled.
        encode(old, new, &all(old), &all(new))?;
    }
    let union = Union::new(old, new);
    let wanted = union.closure();
    take(old, new, &union.of(&wanted, |pair| pair.0), &union.of(&wanted, |pair| pair.1))
}

/// Every file of both sides, equal or not: what rules are held to silence on.
/// Fails where texts do not compile.
pub fn select_all<'s>(old: &'s Side, new: &'s Side) -> Result<Selection<'s>, InputError> {
    take(old, new, &all(old), &all(new))
}

/// The files with these indexes, compiled.
fn take<'s>(
    old: &'s Side,
    new: &'s Side,
    old_files: &[usize],
    new_files: &[usize],
) -> Result<Selection<'s>, InputError> {
    encode(old, new, old_files, new_files)?;
    let files = |side: &'s Side, files: &[usize]| files.iter().map(|&f| side.file(f)).collect();
    let (old_files, new_files) = (files(old, old_files), files(new, new_files));
    Ok(Selection { old_side: old, new_side: new, old: old_files, new: new_files })
}

/// The indexes of every file.
fn all(side: &Side) -> Vec<usize> {
    (0..side.heads().len()).collect()
}

/// How many files are compiled on both sides at once. Beyond, one side follows
/// the other: a compiler holds many times what it is given.
const AT_ONCE: usize = 1000;

/// Compiles these files of both sides.
fn encode(
    old: &Side,
    new: &Side,
    old_files: &[usize],
    new_files: &[usize],
) -> Result<(), InputError> {
    if old_files.len() + new_files.len() > AT_ONCE {
        old.encode(old_files)?;
        return new.encode(new_files);
    }
    let (old, new) = both(|| old.encode(old_files), || new.encode(new_files));
    old.and(new)
}

/// Does two things at once.
pub(super) fn both<A: Send, B>(
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B,
) -> (A, B) {
    thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        let one = one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (one, other)
    })
}

/// The files of both sides under one numbering.
struct Union<'s> {
    old: &'s Side,
    new: &'s Side,
    /// The place of each file on both sides.
    pairs: Vec<(Option<usize>, Option<usize>)>,
    /// From the places on each side to the common number.
    numbers: (Vec<usize>, Vec<usize>),
}

impl<'s> Union<'s> {
    fn new(old: &'s Side, new: &'s Side) -> Self {
        let mut pairs: Vec<_> = (0..old.heads().len()).map(|file| (Some(file), None)).collect();
        let known: HashMap<_, _> =
            old.heads().iter().enumerate().map(|(file, head)| (head.name.as_str(), file)).collect();
        let mut numbers = ((0..pairs.len()).collect(), Vec::with_capacity(new.heads().len()));
        for (file, head) in new.heads().iter().enumerate() {
            let number = known.get(head.name.as_str()).copied().unwrap_or(pairs.len());
            match pairs.get_mut(number) {
                Some(pair) => pair.1 = Some(file),
                None => pairs.push((None, Some(file))),
            }
            numbers.1.push(number);
        }
        Self { old, new, pairs, numbers }
    }

    fn of(
        &self,
        wanted: &[bool],
        side: impl Fn(&(Option<usize>, Option<usize>)) -> Option<usize>,
    ) -> Vec<usize> {
        let wanted = self.pairs.iter().zip(wanted).filter(|(_, wanted)| **wanted);
        wanted.filter_map(|(pair, _)| side(pair)).collect()
    }

    /// Whether each file has to be read.
    fn closure(&self) -> Vec<bool> {
        let changed: Vec<usize> =
            (0..self.pairs.len()).filter(|&file| self.differs(file)).collect();
        let mut wanted = vec![false; self.pairs.len()];
        if changed.is_empty() {
            return wanted;
        }
        let imports: Vec<Vec<usize>> =
            (0..self.pairs.len()).map(|file| self.imports(file)).collect();
        let mut importers = vec![Vec::new(); self.pairs.len()];
        for (importer, imports) in imports.iter().enumerate() {
            for &import in imports {
                importers[import].push(importer);
            }
        }
        spread(changed, &importers, &mut wanted);
        let affected: Vec<usize> = (0..wanted.len()).filter(|&file| wanted[file]).collect();
        wanted.fill(false);
        spread(affected, &imports, &mut wanted);
        wanted
    }

    fn differs(&self, file: usize) -> bool {
        match self.pairs[file] {
            (Some(old), Some(new)) => !self.old.same_file(old, self.new, new),
            _ => true,
        }
    }

    /// What a file imports on either side.
    fn imports(&self, file: usize) -> Vec<usize> {
        let (old, new) = self.pairs[file];
        let old = old.map_or(&[][..], |file| self.old.graph.imports(file)).iter();
        let new = new.map_or(&[][..], |file| self.new.graph.imports(file)).iter();
        let (old_numbers, new_numbers) = &self.numbers;
        old.map(|&file| old_numbers[file]).chain(new.map(|&file| new_numbers[file])).collect()
    }
}

/// Marks these files and all that can be reached from them.
fn spread(mut pending: Vec<usize>, edges: &[Vec<usize>], marked: &mut [bool]) {
    while let Some(file) = pending.pop() {
        if !std::mem::replace(&mut marked[file], true) {
            pending.extend(&edges[file]);
        }
    }
}

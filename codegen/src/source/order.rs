//! The order to compile files in, and the cycles that leave none.

use std::collections::HashMap;

use super::imports::Imports;
use crate::diagnostic::{Diagnostic, codes};

/// A file that can be compiled once its imports are.
pub(super) struct Ordered {
    /// Its import name.
    pub(super) name: String,
    /// What it imports.
    pub(super) imports: Vec<String>,
}

/// The files that can be compiled, imports first, and the import cycles. Left
/// out is what did not parse, lies on a cycle or imports such a file.
pub(super) fn sort(names: &[String], imports: &Imports) -> (Vec<Ordered>, Vec<Diagnostic>) {
    let mut sorter = Sorter {
        imports,
        states: HashMap::new(),
        stack: Vec::new(),
        order: Vec::new(),
        cycles: Vec::new(),
    };
    for name in names {
        sorter.visit(name);
    }
    (sorter.order, sorter.cycles)
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Open,
    Good,
    Bad,
}

struct Sorter<'a> {
    imports: &'a Imports<'a>,
    states: HashMap<String, State>,
    stack: Vec<Frame>,
    order: Vec<Ordered>,
    cycles: Vec<Diagnostic>,
}

/// A file whose imports are being visited. A stack of our own, because a
/// contract must not be able to overflow the thread's.
struct Frame {
    name: String,
    imports: Vec<String>,
    next: usize,
    good: bool,
}

impl Sorter<'_> {
    fn visit(&mut self, name: &str) {
        if !self.states.contains_key(name) {
            self.open(name);
        }
        while let Some(frame) = self.stack.last_mut() {
            let Some(import) = frame.imports.get(frame.next).cloned() else {
                self.close();
                continue;
            };
            match self.states.get(&import) {
                None => self.open(&import),
                Some(State::Open) => {
                    self.report_cycle(&import);
                    self.step(false);
                }
                Some(state) => {
                    let good = *state == State::Good;
                    self.step(good);
                }
            }
        }
    }

    fn step(&mut self, good: bool) {
        if let Some(frame) = self.stack.last_mut() {
            frame.good &= good;
            frame.next += 1;
        }
    }

    fn open(&mut self, name: &str) {
        let Some(file) = self.imports.files.get(name) else {
            self.states.insert(name.to_owned(), State::Bad);
            return;
        };
        self.states.insert(name.to_owned(), State::Open);
        self.stack.push(Frame {
            name: name.to_owned(),
            imports: file.file_descriptor_proto().dependency.clone(),
            next: 0,
            good: true,
        });
    }

    fn close(&mut self) {
        let Some(frame) = self.stack.pop() else {
            return;
        };
        let state = if frame.good { State::Good } else { State::Bad };
        self.states.insert(frame.name.clone(), state);
        if frame.good {
            self.order.push(Ordered { name: frame.name, imports: frame.imports });
        }
    }

    fn report_cycle(&mut self, import: &str) {
        let start = self.stack.iter().position(|frame| frame.name == import).unwrap_or(0);
        let mut cycle: Vec<&str> =
            self.stack.iter().skip(start).map(|frame| frame.name.as_str()).collect();
        cycle.push(import);
        let mut diagnostic = Diagnostic::new(
            &codes::IMPORT_CYCLE,
            format!("`{import}` imports itself: {}", cycle.join(" -> ")),
        )
        .hint("move what both files need into a third file");
        let last = self.stack.last();
        diagnostic.location = last.and_then(|frame| {
            let file = self.imports.files.get(&frame.name)?;
            self.imports.import_place(file, frame.next)
        });
        self.cycles.push(diagnostic);
    }
}

//! A one-to-one mapping between elements of both sides, by index. It is built
//! step by step, the surest recognition first, and looked up afterwards.

use std::collections::HashMap;

use super::Change;

/// Which element of the old side is which of the new one.
#[derive(Debug)]
pub(super) struct Pairing {
    new_of: Vec<Option<usize>>,
    old_of: Vec<Option<usize>>,
}

impl Pairing {
    /// Pairs what has the same name on both sides.
    pub(super) fn by_name<'s>(
        old: impl ExactSizeIterator<Item = &'s str>,
        new: impl ExactSizeIterator<Item = &'s str>,
    ) -> Self {
        let mut pairing = Self { new_of: vec![None; old.len()], old_of: vec![None; new.len()] };
        let places: HashMap<_, _> = new.enumerate().map(|(index, name)| (name, index)).collect();
        for (index, name) in old.enumerate() {
            if let Some(&place) = places.get(name) {
                pairing.join(index, place);
            }
        }
        pairing
    }

    /// Pairs two elements, unless one of them has its pair already.
    pub(super) fn join(&mut self, old: usize, new: usize) {
        if self.new_of[old].is_none() && self.old_of[new].is_none() {
            self.new_of[old] = Some(new);
            self.old_of[new] = Some(old);
        }
    }

    pub(super) fn new_of(&self, old: usize) -> Option<usize> {
        self.new_of.get(old).copied().flatten()
    }

    pub(super) fn old_of(&self, new: usize) -> Option<usize> {
        self.old_of.get(new).copied().flatten()
    }

    /// The old elements without a pair, in order.
    pub(super) fn removed(&self) -> Vec<usize> {
        (0..self.new_of.len()).filter(|&old| self.new_of[old].is_none()).collect()
    }

    /// The new elements without a pair, in order.
    pub(super) fn added(&self) -> Vec<usize> {
        (0..self.old_of.len()).filter(|&new| self.old_of[new].is_none()).collect()
    }

    /// The pairs, old order first, then what is new.
    pub(super) fn changes<I>(&self, id: impl Fn(usize) -> I) -> Vec<Change<I>> {
        let kept = self.new_of.iter().enumerate().map(|(old, new)| match new {
            Some(new) => Change::Kept { old: id(old), new: id(*new) },
            None => Change::Removed(id(old)),
        });
        kept.chain(self.added().into_iter().map(|new| Change::Added(id(new)))).collect()
    }
}

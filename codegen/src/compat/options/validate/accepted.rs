//! The values that a field accepts, as a set: what can be said of two such
//! sets without knowing the values.

use std::collections::{BTreeMap, BTreeSet};

use super::range::Range;
use super::roles::is_narrower;

/// A value as it is compared: numbers by an ordinal that keeps their order,
/// texts and bytes as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value<'a> {
    Number(i128),
    Text(&'a [u8]),
}

/// Everything that all rules together accept; the default is everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted<'a> {
    /// Numbers, by ordinal.
    pub(super) numbers: Range,
    /// Characters of a text.
    pub(super) length: Range,
    /// Bytes of a text.
    pub(super) bytes: Range,
    /// Elements of a list or a map.
    pub(super) items: Range,
    /// The only values, if they are listed.
    pub(super) only: Option<BTreeSet<Value<'a>>>,
    /// Values that are left out.
    pub(super) except: BTreeSet<Value<'a>>,
    pub(super) prefix: &'a [u8],
    pub(super) suffix: &'a [u8],
    pub(super) contains: &'a [u8],
    pub(super) not_contains: Option<&'a [u8]>,
    pub(super) format: Option<&'a str>,
    /// Conditions that are either there or not.
    pub(super) flags: BTreeSet<&'static str>,
    /// The largest distance from now, in nanoseconds.
    pub(super) within: Option<i128>,
    /// The paths of a field mask that are allowed.
    pub(super) paths: Option<BTreeSet<&'a str>>,
    /// The paths of a field mask that are forbidden.
    pub(super) not_paths: BTreeSet<&'a str>,
    /// Conditions that only their evaluation understands, by sort.
    pub(super) opaque: BTreeMap<&'static str, BTreeSet<String>>,
    /// What the elements of a list, the keys and the values of a map accept.
    pub(super) inside: BTreeMap<&'static str, Accepted<'a>>,
    /// Whether the zero value is accepted in any case.
    pub(super) zero: bool,
    /// The zero value of the type, where it is one that is compared.
    pub(super) zero_value: Option<Value<'a>>,
}

/// An answer to "is this so".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// It is not.
    No,
    /// It may be.
    Unknown,
    /// It is.
    Yes,
}

impl From<bool> for Answer {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// How many values of a range are tried one by one.
const TRIED: i128 = 1024;

impl<'a> Accepted<'a> {
    /// Whether everything that this set accepts is accepted by the other one.
    pub fn is_within(&self, other: &Self) -> Answer {
        let values = match self.listed() {
            Some(values) if values.iter().all(|value| other.admits(*value)) => {
                // Whether a listed value has a format was not tried.
                if self.is_formatted(other) { Answer::Yes } else { Answer::Unknown }
            }
            Some(_) => Answer::No,
            None => self.all_within(other),
        };
        let zero = self.zero && !other.zero && !other.admits_zero();
        values.min(self.opaque_within(other)).min(self.inside_within(other)).min((!zero).into())
    }

    /// The values, where they are few.
    fn listed(&self) -> Option<Vec<Value<'a>>> {
        let values: Vec<_> = match &self.only {
            Some(only) => only.iter().copied().collect(),
            None => self.numbers.few(TRIED)?.into_iter().map(Value::Number).collect(),
        };
        Some(values.into_iter().filter(|value| self.admits(*value)).collect())
    }

    /// As far as it can be said of one value.
    fn admits(&self, value: Value<'a>) -> bool {
        let listed = self.only.as_ref().is_none_or(|only| only.contains(&value));
        listed
            && !self.except.contains(&value)
            && match value {
                Value::Number(number) => self.numbers.contains(number),
                Value::Text(text) => self.admits_text(text),
            }
    }

    fn admits_text(&self, text: &[u8]) -> bool {
        let characters = text.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        self.length.contains(count(characters))
            && self.bytes.contains(count(text.len()))
            && text.starts_with(self.prefix)
            && text.ends_with(self.suffix)
            && holds(text, self.contains)
            && self.not_contains.is_none_or(|part| !holds(text, part))
    }

    fn admits_zero(&self) -> bool {
        let value = self.zero_value.is_none_or(|zero| self.admits(zero));
        value && self.items.contains(0) && self.format.is_none()
    }

    /// Whether all values have the format and the conditions of the other set.
    fn is_formatted(&self, other: &Self) -> bool {
        let format = match (self.format, other.format) {
            (_, None) => true,
            (Some(own), Some(other)) => is_narrower(own, other),
            (None, Some(_)) => false,
        };
        format && other.flags.is_subset(&self.flags)
    }

    fn all_within(&self, other: &Self) -> Answer {
        let paths = match (&self.paths, &other.paths) {
            (_, None) => true,
            (Some(own), Some(other)) => own.is_subset(other),
            (None, Some(_)) => false,
        };
        let parts = self.prefix.starts_with(other.prefix)
            && self.suffix.ends_with(other.suffix)
            && [self.contains, self.prefix, self.suffix].iter().any(|p| holds(p, other.contains))
            && other.not_contains.is_none_or(|part| {
                self.not_contains.is_some_and(|forbidden| holds(part, forbidden))
            });
        let ranges = self.numbers.is_within(&other.numbers)
            && self.length.is_within(&other.length)
            && self.bytes.is_within(&other.bytes)
            && self.items.is_within(&other.items);
        let within = match (self.within, other.within) {
            (_, None) => true,
            (own, Some(other)) => own.is_some_and(|own| own <= other),
        };
        let all = self.is_formatted(other)
            && paths
            && parts
            && ranges
            && within
            && other.only.is_none()
            && other.except.iter().all(|value| !self.admits(*value))
            && other.not_paths.is_subset(&self.not_paths);
        all.into()
    }

    /// Conditions of one sort that both sides state differently may mean
    /// anything; one that only the other side states narrows it.
    fn opaque_within(&self, other: &Self) -> Answer {
        let none = BTreeSet::new();
        let answers = other.opaque.iter().map(|(sort, conditions)| {
            let own = self.opaque.get(sort).unwrap_or(&none);
            if conditions.is_subset(own) {
                Answer::Yes
            } else if own.is_subset(conditions) {
                Answer::No
            } else {
                Answer::Unknown
            }
        });
        answers.min().unwrap_or(Answer::Yes)
    }

    fn inside_within(&self, other: &Self) -> Answer {
        let anything = Self::default();
        let answers = other.inside.iter().map(|(place, accepted)| {
            self.inside.get(place).unwrap_or(&anything).is_within(accepted)
        });
        answers.min().unwrap_or(Answer::Yes)
    }
}

fn count(number: usize) -> i128 {
    i128::try_from(number).unwrap_or(i128::MAX)
}

/// Whether one text stands inside of another.
fn holds(text: &[u8], part: &[u8]) -> bool {
    part.is_empty() || text.windows(part.len()).any(|window| window == part)
}

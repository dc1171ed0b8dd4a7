//! Pairs what is inside of two messages, enums or services that are one. A
//! member keeps its pair when its number, its name or both stay; what changed
//! is for rules to say, once.

use std::collections::BTreeSet;

use super::similar;
use super::{Change, Comparison};
use crate::compat::schema::{Enum, EnumValue, Field, Label, Message, Method, Schema, Service};

type Members<'c, T> = Vec<Change<&'c T>>;

/// Pairs of two lists by index, as they are found.
struct Pairs {
    new_of: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl Pairs {
    fn new(old: usize, new: usize) -> Self {
        Self { new_of: vec![None; old], taken: vec![false; new] }
    }

    /// Pairs each element that has none yet with the first free one that fits.
    fn join<T>(&mut self, old: &[T], new: &[T], fits: impl Fn(&T, &T) -> bool) {
        for (index, before) in old.iter().enumerate() {
            if self.new_of[index].is_some() {
                continue;
            }
            // Most lists did not change: the element at the same place first.
            let near = (index < new.len() && !self.taken[index] && fits(before, &new[index]))
                .then_some(index);
            let found = near
                .or_else(|| (0..new.len()).find(|&at| !self.taken[at] && fits(before, &new[at])));
            if let Some(at) = found {
                self.new_of[index] = Some(at);
                self.taken[at] = true;
            }
        }
    }

    fn complete(&self) -> bool {
        self.new_of.iter().all(Option::is_some) || self.taken.iter().all(|taken| *taken)
    }

    fn changes<'c, T>(&self, old: &'c [T], new: &'c [T]) -> Members<'c, T> {
        let kept = old.iter().zip(&self.new_of).map(|(old, at)| match at {
            Some(at) => Change::Kept { old, new: &new[*at] },
            None => Change::Removed(old),
        });
        let added = new.iter().zip(&self.taken).filter(|(_, taken)| !**taken);
        kept.chain(added.map(|(new, _)| Change::Added(new))).collect()
    }
}

impl<'c, 'a> Comparison<'c, 'a> {
    /// The fields of two messages. Who kept number and name comes first, then
    /// who kept name and type and was renumbered, then who kept the number,
    /// then who kept the name alone.
    pub fn fields(&self, old: &'c Message<'a>, new: &'c Message<'a>) -> Vec<Change<&'c Field<'a>>> {
        let (old, new) = (&old.fields, &new.fields);
        let mut pairs = Pairs::new(old.len(), new.len());
        pairs.join(old, new, |a, b| a.number == b.number && a.name == b.name);
        if !pairs.complete() {
            pairs.join(old, new, |a, b| a.name == b.name && self.same_field_type(a, b));
            pairs.join(old, new, |a, b| a.number == b.number);
            pairs.join(old, new, |a, b| a.name == b.name);
        }
        pairs.changes(old, new)
    }

    /// Whether two fields hold the same values in the same cardinality, apart
    /// from presence.
    pub fn same_field_type(&self, old: &Field<'_>, new: &Field<'_>) -> bool {
        let repeated = |field: &Field<'_>| field.label == Label::Repeated;
        if old.kind != new.kind || repeated(old) != repeated(new) {
            return false;
        }
        match (self.old.map_entry(old), self.new.map_entry(new)) {
            (None, None) => {
                old.type_name.is_empty() || self.same_type(old.type_name, new.type_name)
            }
            (Some(old), Some(new)) => {
                old.fields.len() == new.fields.len()
                    && old.fields.iter().zip(&new.fields).all(|(old, new)| {
                        old.kind == new.kind
                            && (old.type_name.is_empty()
                                || self.same_type(old.type_name, new.type_name))
                    })
            }
            _ => false,
        }
    }

    /// The oneofs of two messages, by their place in each: by name, then by
    /// members. Synthetic ones are left out.
    pub fn oneofs(&self, old: &'c Message<'a>, new: &'c Message<'a>) -> Vec<Change<usize>> {
        let real = |message: &Message<'_>| -> Vec<usize> {
            (0..message.oneofs.len()).filter(|&at| !message.oneofs[at].synthetic).collect()
        };
        let (before, after) = (real(old), real(new));
        if before.is_empty() && after.is_empty() {
            return Vec::new();
        }
        let shared: BTreeSet<(usize, usize)> = self
            .fields(old, new)
            .into_iter()
            .filter_map(Change::kept)
            .filter_map(|(old, new)| old.oneof.zip(new.oneof))
            .collect();
        let mut pairs = Pairs::new(before.len(), after.len());
        pairs.join(&before, &after, |a, b| old.oneofs[*a].name == new.oneofs[*b].name);
        pairs.join(&before, &after, |a, b| shared.contains(&(*a, *b)));
        let changes = pairs.changes(&before, &after);
        changes.into_iter().map(copied).collect()
    }

    /// The values of two enums, in groups that share a number, ordered by it:
    /// who kept number and a name comes first, then who kept a name and was
    /// renumbered, then who kept the number.
    pub fn values(&self, old: &'c Enum<'a>, new: &'c Enum<'a>) -> Vec<ValuePair<'c, 'a>> {
        let (old, new) = (groups(old), groups(new));
        let mut pairs = Pairs::new(old.len(), new.len());
        let names = |a: &Group<'_, '_>, b: &Group<'_, '_>| {
            a.iter().any(|(_, a)| b.iter().any(|(_, b)| a.name == b.name))
        };
        let number = |group: &Group<'_, '_>| group[0].1.number;
        pairs.join(&old, &new, |a, b| number(a) == number(b) && names(a, b));
        if !pairs.complete() {
            pairs.join(&old, &new, names);
            pairs.join(&old, &new, |a, b| number(a) == number(b));
        }
        let group = |group: Option<&Group<'c, 'a>>| group.cloned().unwrap_or_default();
        let changes = pairs.changes(&old, &new).into_iter();
        changes.map(|change| (group(change.before()), group(change.after()))).collect()
    }

    /// The rpcs of two services: by name, then those that take and give the
    /// same and have a similar name, or types that nothing else uses.
    pub fn methods(
        &self,
        old: &'c Service<'a>,
        new: &'c Service<'a>,
    ) -> Vec<Change<&'c Method<'a>>> {
        let (old, new) = (&old.methods, &new.methods);
        let mut pairs = Pairs::new(old.len(), new.len());
        pairs.join(old, new, |a, b| a.name == b.name);
        if !pairs.complete() {
            for alike in [800, 500] {
                pairs.join(old, new, |a, b| {
                    self.same_signature(a, b) && similar::names(a.name, b.name) >= alike
                });
            }
            let own = |methods: &[Method<'_>], input: &str| {
                !input.starts_with("google.protobuf.")
                    && methods.iter().filter(|method| method.input == input).count() == 1
            };
            pairs.join(old, new, |a, b| {
                self.same_signature(a, b) && own(old, a.input) && own(new, b.input)
            });
        }
        pairs.changes(old, new)
    }

    fn same_signature(&self, old: &Method<'_>, new: &Method<'_>) -> bool {
        old.client_streaming == new.client_streaming
            && old.server_streaming == new.server_streaming
            && self.same_type(old.input, new.input)
            && self.same_type(old.output, new.output)
    }
}

/// Whether two messages say the same about what is inside, spans aside. Types
/// of the same name are the same type, so that nothing is left to tell; but
/// for the entries of maps, which are part of their field.
pub(super) fn same_members(
    (old_schema, old): (&Schema<'_>, &Message<'_>),
    (new_schema, new): (&Schema<'_>, &Message<'_>),
) -> bool {
    let entries = |(old, new): (&Field<'_>, &Field<'_>)| match (
        old_schema.map_entry(old),
        new_schema.map_entry(new),
    ) {
        (None, None) => true,
        (Some(old), Some(new)) => same_fields(&old.fields, &new.fields),
        _ => false,
    };
    same_fields(&old.fields, &new.fields)
        && old.oneofs.len() == new.oneofs.len()
        && old.oneofs.iter().zip(&new.oneofs).all(|(old, new)| old.name == new.name)
        && old.reserved == new.reserved
        && old.reserved_names == new.reserved_names
        && old.fields.iter().zip(&new.fields).all(entries)
}

fn same_fields(old: &[Field<'_>], new: &[Field<'_>]) -> bool {
    let same = |(old, new): (&Field<'_>, &Field<'_>)| {
        old.number == new.number
            && old.name == new.name
            && old.kind == new.kind
            && old.label == new.label
            && old.type_name == new.type_name
            && old.default == new.default
            && old.json_name == new.json_name
            && old.oneof == new.oneof
            && old.proto3_optional == new.proto3_optional
            && old.options == new.options
            && old.features == new.features
    };
    old.len() == new.len() && old.iter().zip(new).all(same)
}

/// The values of one number, each with its place in the enum.
type Group<'c, 'a> = Vec<(usize, &'c EnumValue<'a>)>;

/// The values of one number on each side; one of them may be empty.
pub(super) type ValuePair<'c, 'a> = (Group<'c, 'a>, Group<'c, 'a>);

/// The values by number, aliases in declaration order.
fn groups<'c, 'a>(enumeration: &'c Enum<'a>) -> Vec<Group<'c, 'a>> {
    let mut sorted: Group<'c, 'a> = enumeration.values.iter().enumerate().collect();
    sorted.sort_by_key(|(_, value)| value.number);
    sorted.chunk_by(|a, b| a.1.number == b.1.number).map(<[_]>::to_vec).collect()
}

fn copied<T: Copy>(change: Change<&T>) -> Change<T> {
    match change {
        Change::Removed(old) => Change::Removed(*old),
        Change::Added(new) => Change::Added(*new),
        Change::Kept { old, new } => Change::Kept { old: *old, new: *new },
    }
}

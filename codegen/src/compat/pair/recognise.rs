//! Recognises types and services that were renamed or moved: what one side
//! lost and the other gained and what is alike enough. Candidates are found by
//! key, so that thousands of lost and gained types are not compared each with
//! each, and ties fall to declaration order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::packages::{Packages, Path};
use super::pairing::Pairing;
use super::similar::{self, ALL};
use crate::compat::schema::{EnumId, MessageId, Schema, Scope, Type};

/// More candidates than this under one key say nothing.
const CROWD: usize = 200;

/// What speaks for two elements being one.
#[derive(Clone, Copy, Debug)]
struct Evidence {
    /// How alike their members are; `None` where neither has any.
    members: Option<u32>,
    /// How alike their names are.
    names: u32,
    /// Whether something that stayed named one and now names the other.
    same_use: bool,
    /// Whether one scope declares both.
    same_scope: bool,
    /// What may have moved from the package of one to that of the other.
    path: Path,
}

impl Evidence {
    /// The strength, if it is enough. Two types without members, or with one
    /// or two common ones, are alike by chance; their names decide then.
    fn strength(self, size: usize) -> Option<u32> {
        let members = self.members.unwrap_or(500);
        let enough = if self.path == Path::Closed {
            false
        } else if self.path == Path::Open {
            self.names == ALL && members == ALL && (self.same_use || size >= 2)
        } else if self.names == ALL {
            members >= 500
        } else if self.same_use {
            members >= 500 || (members >= 300 && self.names >= 600)
        } else {
            let telling = size >= 4 || (size >= 2 && members == ALL);
            self.members.is_some_and(|members| {
                members >= 800 && (self.names >= 500 || (telling && self.same_scope))
            }) || (self.members.is_none() && self.names >= 750 && self.same_scope)
        };
        let bonus = |is: bool, worth: u32| if is { worth } else { 0 };
        enough
            .then(|| members + self.names + bonus(self.same_use, ALL) + bonus(self.same_scope, 200))
    }
}

/// Both sides and the types that are recognised on them so far.
pub(super) struct Types<'c, 'a> {
    old: &'c Schema<'a>,
    new: &'c Schema<'a>,
    packages: Packages<'a>,
    pub(super) messages: Pairing,
    pub(super) enums: Pairing,
}

impl<'c, 'a> Types<'c, 'a> {
    pub(super) fn find(old: &'c Schema<'a>, new: &'c Schema<'a>) -> Self {
        let messages = Pairing::by_name(
            old.messages.iter().map(|message| &*message.full_name),
            new.messages.iter().map(|message| &*message.full_name),
        );
        let enums = Pairing::by_name(
            old.enums.iter().map(|enumeration| &*enumeration.full_name),
            new.enums.iter().map(|enumeration| &*enumeration.full_name),
        );
        let mut types = Self { old, new, packages: Packages::find(old, new), messages, enums };
        if types.may_have_moved() {
            let uses = types.uses();
            types.recognise_messages(&uses);
            types.recognise_enums(&uses);
        }
        types
    }

    /// Whether one side lost types and the other gained some.
    fn may_have_moved(&self) -> bool {
        let both = |types: &Pairing| !types.removed().is_empty() && !types.added().is_empty();
        both(&self.messages) || both(&self.enums)
    }

    /// Messages, outer ones first: the scope of those inside is known then.
    fn recognise_messages(&mut self, uses: &BTreeSet<(Type, Type)>) {
        let (old, new) = (self.old, self.new);
        let lost = |ids: Vec<usize>, schema: &Schema<'_>| -> BTreeMap<usize, Vec<usize>> {
            let mut by_depth: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for id in ids.into_iter().filter(|&id| !schema.messages[id].map_entry) {
                let depth = schema.messages[id].full_name.matches('.').count();
                by_depth.entry(depth).or_default().push(id);
            }
            by_depth
        };
        // Depth counts the segments of the package too; a type may move to
        // any other depth, so only the old side goes in rounds.
        for removed in lost(self.messages.removed(), old).into_values() {
            let added: Vec<_> = lost(self.messages.added(), new).into_values().flatten().collect();
            let keys = |before: bool, id: usize| {
                let message = if before { &old.messages[id] } else { &new.messages[id] };
                self.keys(before, message.name, message.scope)
            };
            let found = candidates(&removed, &added, keys, |before, after| {
                let (a, b) = (&old.messages[before], &new.messages[after]);
                let pair = (Type::Message(MessageId(before)), Type::Message(MessageId(after)));
                let evidence = Evidence {
                    members: similar::messages(a, b),
                    names: similar::names(a.name, b.name),
                    same_use: uses.contains(&pair),
                    same_scope: self.scope(true, a.scope) == self.scope(false, b.scope),
                    path: self.path(a.scope, b.scope),
                };
                evidence.strength(a.fields.len().min(b.fields.len()))
            });
            for (before, after) in found {
                self.messages.join(before, after);
            }
        }
    }

    fn recognise_enums(&mut self, uses: &BTreeSet<(Type, Type)>) {
        let (old, new) = (self.old, self.new);
        let keys = |before: bool, id: usize| {
            let enumeration = if before { &old.enums[id] } else { &new.enums[id] };
            self.keys(before, enumeration.name, enumeration.scope)
        };
        let (removed, added) = (self.enums.removed(), self.enums.added());
        let found = candidates(&removed, &added, keys, |before, after| {
            let (a, b) = (&old.enums[before], &new.enums[after]);
            let evidence = Evidence {
                members: similar::enums(a, b),
                names: similar::names(a.name, b.name),
                same_use: uses.contains(&(Type::Enum(EnumId(before)), Type::Enum(EnumId(after)))),
                same_scope: self.scope(true, a.scope) == self.scope(false, b.scope),
                path: self.path(a.scope, b.scope),
            };
            evidence.strength(a.values.len().min(b.values.len()))
        });
        for (before, after) in found {
            self.enums.join(before, after);
        }
    }

    fn keys(&self, before: bool, name: &str, scope: Scope) -> Vec<String> {
        vec![format!("named {name}"), format!("in {}", self.scope(before, scope))]
    }

    fn path(&self, old: Scope, new: Scope) -> Path {
        self.packages.path(self.old.file(old.file).package, self.new.file(new.file).package)
    }

    /// What declares a type, by the name that the new side has for it.
    fn scope(&self, before: bool, scope: Scope) -> &str {
        let (old, new) = (self.old, self.new);
        match (before, scope.parent) {
            (true, Some(parent)) => match self.messages.new_of(parent.0) {
                Some(parent) => &new.messages[parent].full_name,
                None => &old.messages[parent.0].full_name,
            },
            (false, Some(parent)) => &new.messages[parent.0].full_name,
            (true, None) => self.packages.heir(old.file(scope.file).package),
            (false, None) => new.file(scope.file).package,
        }
    }

    /// Pairs of types that fields and rpcs which stayed name on each side.
    fn uses(&self) -> BTreeSet<(Type, Type)> {
        let mut uses = BTreeSet::new();
        let mut note = |before: &str, after: &str| {
            if before != after
                && let (Some(before), Some(after)) =
                    (self.old.resolve(before), self.new.resolve(after))
            {
                uses.insert((before, after));
            }
        };
        for (index, message) in self.old.messages.iter().enumerate() {
            let Some(after) = self.messages.new_of(index).map(|id| &self.new.messages[id]) else {
                continue;
            };
            for field in message.fields.iter().filter(|field| !field.type_name.is_empty()) {
                let same = after.fields.iter().find(|other| other.number == field.number);
                if let Some(other) = same {
                    note(field.type_name, other.type_name);
                }
            }
        }
        for extension in &self.old.extensions {
            let same = self.new.extensions.iter().find(|other| {
                other.full_name == extension.full_name
                    && other.field.number == extension.field.number
            });
            if let Some(other) = same {
                note(extension.field.type_name, other.field.type_name);
            }
        }
        let services: HashMap<_, _> =
            self.new.services.iter().map(|service| (&*service.full_name, service)).collect();
        for service in &self.old.services {
            let Some(after) = services.get(&*service.full_name) else { continue };
            for method in &service.methods {
                if let Some(other) = after.methods.iter().find(|other| other.name == method.name) {
                    note(method.input, other.input);
                    note(method.output, other.output);
                }
            }
        }
        uses
    }
}

/// Services: by name, then those with mostly the same rpcs.
pub(super) fn services<'a>(old: &Schema<'a>, new: &Schema<'a>) -> Pairing {
    let packages = Packages::find(old, new);
    let mut pairing = Pairing::by_name(
        old.services.iter().map(|service| &*service.full_name),
        new.services.iter().map(|service| &*service.full_name),
    );
    let keys = |before: bool, id: usize| {
        let (schema, service) =
            if before { (old, &old.services[id]) } else { (new, &new.services[id]) };
        let package = schema.file(service.scope.file).package;
        let package = if before { packages.heir(package) } else { package };
        vec![format!("named {}", service.name), format!("in {package}")]
    };
    let (removed, added) = (pairing.removed(), pairing.added());
    let found = candidates(&removed, &added, keys, |before, after| {
        let (a, b) = (&old.services[before], &new.services[after]);
        let names = similar::names(a.name, b.name);
        let members = similar::services(a, b)?;
        let from = old.file(a.scope.file).package;
        let enough = match packages.path(from, new.file(b.scope.file).package) {
            Path::Same => members >= if names == ALL { 500 } else { 700 },
            Path::Open => names == ALL && members >= 800,
            Path::Closed => false,
        };
        enough.then_some(names + members)
    });
    for (before, after) in found {
        pairing.join(before, after);
    }
    pairing
}

/// The pairs with a score, the best first; ties in declaration order.
fn candidates(
    removed: &[usize],
    added: &[usize],
    keys: impl Fn(bool, usize) -> Vec<String>,
    score: impl Fn(usize, usize) -> Option<u32>,
) -> Vec<(usize, usize)> {
    if removed.is_empty() || added.is_empty() {
        return Vec::new();
    }
    let mut gained: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for &id in added {
        for key in keys(false, id) {
            gained.entry(key).or_default().push(id);
        }
    }
    let mut scored = BTreeSet::new();
    for &before in removed {
        let near = keys(true, before);
        let near = near.iter().filter_map(|key| gained.get(key)).filter(|near| near.len() < CROWD);
        let near: BTreeSet<usize> = near.flatten().copied().collect();
        for after in near {
            if let Some(score) = score(before, after) {
                scored.insert((std::cmp::Reverse(score), before, after));
            }
        }
    }
    scored.into_iter().map(|(_, before, after)| (before, after)).collect()
}

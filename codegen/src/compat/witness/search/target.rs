//! What a payload has to be about to bear a finding out.

use std::collections::BTreeSet;

use super::locate::{Located, locate};
use crate::compat::finding::Finding;
use crate::compat::pair::Comparison;
use crate::compat::schema::{EnumId, MessageId, Schema};
use crate::compat::witness::diff::{Difference, Direction, Exchange};
use crate::compat::witness::error::ReadError;
use crate::compat::witness::types::{Member, Types};

/// How many messages that hold an enum are tried.
const MAX_HOLDERS: usize = 20;

/// A message of each side, and what in it the payload is about.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) old: MessageId,
    pub(super) new: MessageId,
    /// The full names of the fields that vary; all of them if it is empty.
    fields: BTreeSet<String>,
    /// The names of which a difference or a refusal must bear one; any will do
    /// if it is empty.
    names: BTreeSet<String>,
}

impl Target {
    fn of(old: MessageId, new: MessageId) -> Self {
        Self { old, new, fields: BTreeSet::new(), names: BTreeSet::new() }
    }

    /// Whether values of this field are varied.
    pub(super) fn varies(&self, member: Member<'_, '_>) -> bool {
        self.fields.is_empty() || self.fields.contains(&member.full_name())
    }

    /// Whether a difference is about the target.
    pub(super) fn is_told_by(&self, difference: &Difference) -> bool {
        self.names.is_empty() || difference.elements.iter().any(|name| self.names.contains(name))
    }

    /// Whether a refusal is about the target.
    pub(super) fn is_refused_by(&self, error: &ReadError) -> bool {
        self.names.is_empty() || error.path.iter().any(|name| self.names.contains(name))
    }

    /// About the fields for which this holds; it is told the side, old first.
    fn about(
        mut self,
        sides: &Sides<'_, '_, '_>,
        wanted: impl Fn(usize, &Member<'_, '_>) -> bool,
    ) -> Self {
        for (side, types, id) in [(0, sides.old, self.old), (1, sides.new, self.new)] {
            for member in types.members(id).filter(|member| wanted(side, member)) {
                self.fields.insert(member.full_name());
                self.names.insert(member.full_name());
                // What takes its values where it has moved.
                let (other, id) =
                    if side == 0 { (sides.new, self.new) } else { (sides.old, self.old) };
                let takers =
                    [other.numbered(id, member.field.number), other.keyed(id, &member.json_key())];
                self.names.extend(takers.into_iter().flatten().map(|taker| taker.full_name()));
                // As a parser of JSON calls a field that it does not know.
                for id in [
                    &sides.old.schema.message(self.old).full_name,
                    &sides.new.schema.message(self.new).full_name,
                ] {
                    self.names.insert(format!("{id}.{}", member.json_key()));
                }
            }
        }
        self
    }
}

/// The types of both sides.
#[derive(Clone, Copy)]
pub(in crate::compat::witness) struct Sides<'x, 'c, 'a> {
    pub(in crate::compat::witness) cx: &'x Comparison<'c, 'a>,
    pub(in crate::compat::witness) old: &'x Types<'c, 'a>,
    pub(in crate::compat::witness) new: &'x Types<'c, 'a>,
}

impl<'x, 'c, 'a> Sides<'x, 'c, 'a> {
    /// With the writer and the reader of a direction.
    pub(in crate::compat::witness) fn exchange(
        &self,
        direction: Direction,
    ) -> Exchange<'x, 'c, 'a> {
        let (writer, reader) = match direction {
            Direction::Backward => (self.old, self.new),
            Direction::Forward => (self.new, self.old),
        };
        Exchange { cx: self.cx, direction, writer, reader }
    }
}

/// The messages whose payloads may bear a finding out.
pub(super) fn targets(sides: &Sides<'_, '_, '_>, finding: &Finding) -> Vec<Target> {
    let old = finding.old.as_ref().and_then(|place| locate(sides.cx.old, place));
    let new = finding.new.as_ref().and_then(|place| locate(sides.cx.new, place));
    let Some(one) = old.or(new) else { return Vec::new() };
    match (old, new) {
        (Some(Located::Method(..)), Some(Located::Method(..))) => methods(sides, old, new),
        (Some(Located::Extension(_)), _) | (_, Some(Located::Extension(_))) => {
            extensions(sides, old, new)
        }
        _ if one.enumeration().is_some() => enums(sides, old, new),
        _ => fields(sides, old, new).into_iter().collect(),
    }
}

fn fields(sides: &Sides<'_, '_, '_>, old: Option<Located>, new: Option<Located>) -> Option<Target> {
    let before = old.and_then(Located::message);
    let after = new.and_then(Located::message);
    // What was removed is told beside what is left around it, which need not
    // be its message.
    let before = before.or_else(|| sides.cx.old_message_of(after?))?;
    let known = sides.cx.new_message_of(before);
    let after = after.filter(|_| matches!(new, Some(Located::Field(..) | Located::Oneof(..))));
    let after = after.or(known)?;
    let target = Target::of(before, after);
    let names = [field(sides.cx.old, old), field(sides.cx.new, new)];
    if names.iter().any(Option::is_some) {
        return Some(target.about(sides, |side, member| names[side] == Some(member.full_name())));
    }
    let names = [oneof(sides.cx.old, old), oneof(sides.cx.new, new)];
    if names.iter().all(Option::is_none) {
        return Some(target);
    }
    let mut target = target.about(sides, |side, member| {
        member.oneof().is_some_and(|index| names[side] == member_oneof(member, index))
    });
    target.names.extend(names.into_iter().flatten());
    Some(target)
}

fn field(schema: &Schema<'_>, located: Option<Located>) -> Option<String> {
    match located {
        Some(Located::Field(id, index)) => {
            let message = schema.message(id);
            Some(format!("{}.{}", message.full_name, message.fields.get(index)?.name))
        }
        _ => None,
    }
}

fn oneof(schema: &Schema<'_>, located: Option<Located>) -> Option<String> {
    match located {
        Some(Located::Oneof(id, index)) => {
            let message = schema.message(id);
            Some(format!("{}.{}", message.full_name, message.oneofs.get(index)?.name))
        }
        _ => None,
    }
}

fn member_oneof(member: &Member<'_, '_>, index: usize) -> Option<String> {
    Some(format!("{}.{}", member.message.full_name, member.message.oneofs.get(index)?.name))
}

/// The messages that hold the enum on either side.
fn enums(sides: &Sides<'_, '_, '_>, old: Option<Located>, new: Option<Located>) -> Vec<Target> {
    let name = |schema: &Schema<'_>, id: EnumId| schema.enumeration(id).full_name.to_string();
    let before = old.and_then(Located::enumeration);
    let after = new.and_then(Located::enumeration);
    let after = after.or_else(|| sides.cx.new_enum_of(before?));
    let (before, after) =
        (before.map(|id| name(sides.cx.old, id)), after.map(|id| name(sides.cx.new, id)));
    let kept = sides.cx.messages.iter().filter_map(|change| change.kept());
    let holds = |types: &Types<'_, '_>, member: &Member<'_, '_>, wanted: &Option<String>| {
        let entry = types.schema.map_entry(member.field).and_then(|_| types.entry(member.field));
        let held = entry.map_or(member.field, |(_, value)| value.field).type_name;
        wanted.as_deref() == Some(held)
    };
    let targets = kept.map(|(old, new)| {
        let mut target = Target::of(old, new);
        for (types, id, wanted) in [(sides.old, old, &before), (sides.new, new, &after)] {
            let holders = types.members(id).filter(|member| holds(types, member, wanted));
            target.fields.extend(holders.map(|member| member.full_name()));
        }
        target.names = target.fields.clone();
        target
    });
    // Entries are seen through the maps that hold them.
    let holders = targets.filter(|target| !target.fields.is_empty());
    holders.filter(|target| !sides.cx.old.message(target.old).map_entry).take(MAX_HOLDERS).collect()
}

fn extensions(
    sides: &Sides<'_, '_, '_>,
    old: Option<Located>,
    new: Option<Located>,
) -> Vec<Target> {
    let of = |types: &Types<'_, '_>, located: Option<Located>| match located {
        Some(Located::Extension(id)) => {
            let extension = types.schema.extension(id);
            Some((extension.full_name.to_string(), extension.extendee.to_owned()))
        }
        _ => None,
    };
    let (before, after) = (of(sides.old, old), of(sides.new, new));
    let extended = |schema: &Schema<'_>, extension: &Option<(String, String)>| {
        extension.as_ref().and_then(|(_, extendee)| schema.message_named(extendee))
    };
    let old = extended(sides.cx.old, &before)
        .or_else(|| sides.cx.old_message_of(extended(sides.cx.new, &after)?));
    let new = extended(sides.cx.new, &after).or_else(|| sides.cx.new_message_of(old?));
    let (Some(old), Some(new)) = (old, new) else { return Vec::new() };
    let names: Vec<_> = [before, after].into_iter().flatten().map(|(name, _)| name).collect();
    let about = |_, member: &Member<'_, '_>| names.contains(&member.full_name());
    vec![Target::of(old, new).about(sides, about)]
}

/// The requests and the replies of an rpc.
fn methods(sides: &Sides<'_, '_, '_>, old: Option<Located>, new: Option<Located>) -> Vec<Target> {
    let of = |schema: &Schema<'_>, located: Option<Located>| match located {
        Some(Located::Method(service, index)) => {
            let method = schema.service(service).methods.get(index)?;
            Some((schema.message_named(method.input)?, schema.message_named(method.output)?))
        }
        _ => None,
    };
    let (Some(old), Some(new)) = (of(sides.cx.old, old), of(sides.cx.new, new)) else {
        return Vec::new();
    };
    // Messages that are one are told of where they stand.
    [(old.0, new.0), (old.1, new.1)]
        .into_iter()
        .filter(|&(old, new)| sides.cx.new_message_of(old) != Some(new))
        .map(|(old, new)| Target::of(old, new))
        .collect()
}

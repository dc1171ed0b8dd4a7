//! Fields that came into a oneof or left one. A writer for whom they do not
//! exclude each other may set two; a reader for whom they do keeps one.

use std::collections::BTreeSet;

use crate::compat::finding::Verdict::{Break, Ok};
use crate::compat::pair::{Change, Comparison};
use crate::compat::schema::{Cardinality, Field, Message};

use super::{Reading, Shape, presence};

/// Fields that stayed in a message and whose oneof did not, by oneof.
#[derive(Debug)]
pub struct Moved<'c, 'a> {
    /// The oneof, by its place: on the new side for those that came, on the
    /// old side for those that left.
    pub oneof: usize,
    /// The fields that came or left, old and new.
    pub fields: Vec<(&'c Field<'a>, &'c Field<'a>)>,
    /// What each side reads of the other's message.
    pub shape: Shape,
}

/// Every field that stayed, with its oneof on each side and whether these are
/// one oneof.
struct Member<'c, 'a> {
    old: &'c Field<'a>,
    new: &'c Field<'a>,
    old_oneof: Option<usize>,
    new_oneof: Option<usize>,
    same: bool,
}

fn members<'c, 'a>(
    cx: &Comparison<'c, 'a>,
    old: &'c Message<'a>,
    new: &'c Message<'a>,
) -> Vec<Member<'c, 'a>> {
    if old.oneofs.is_empty() && new.oneofs.is_empty() {
        return Vec::new();
    }
    let pairs: Vec<_> = cx.oneofs(old, new).into_iter().filter_map(Change::kept).collect();
    let kept = cx.fields(old, new).into_iter().filter_map(Change::kept);
    kept.map(|(before, after)| {
        let old_oneof = before.oneof.filter(|&at| !old.oneofs[at].synthetic);
        let new_oneof = after.oneof.filter(|&at| !new.oneofs[at].synthetic);
        let same = match (old_oneof, new_oneof) {
            (Some(old), Some(new)) => pairs.contains(&(old, new)),
            (None, None) => true,
            _ => false,
        };
        Member { old: before, new: after, old_oneof, new_oneof, same }
    })
    .collect()
}

/// The fields that came into a oneof of the new side, from none or another.
pub fn joined<'c, 'a>(
    cx: &Comparison<'c, 'a>,
    old: &'c Message<'a>,
    new: &'c Message<'a>,
) -> Vec<Moved<'c, 'a>> {
    let members = members(cx, old, new);
    let moved = (0..new.oneofs.len()).map(|oneof| {
        let inside = || members.iter().filter(|member| member.new_oneof == Some(oneof));
        let came = || inside().filter(|member| !member.same);
        let apart = came().filter_map(|member| member.old_oneof).any(|from| {
            members.iter().any(|m| m.old_oneof == Some(from) && m.new_oneof != Some(oneof))
        });
        let shape = Shape {
            backward: together(inside().map(|member| member.old_oneof)),
            forward: Reading::both(if apart { Break } else { Ok }),
        };
        Moved { oneof, fields: came().map(|one| (one.old, one.new)).collect(), shape }
    });
    moved.filter(|moved| !moved.fields.is_empty()).collect()
}

/// The fields that left a oneof of the old side for none. Those that left it
/// for another are told as [`joined`].
pub fn left<'c, 'a>(
    cx: &Comparison<'c, 'a>,
    old: &'c Message<'a>,
    new: &'c Message<'a>,
) -> Vec<Moved<'c, 'a>> {
    let members = members(cx, old, new);
    let moved = (0..old.oneofs.len()).map(|oneof| {
        let inside = || members.iter().filter(|member| member.old_oneof == Some(oneof));
        let gone = inside().filter(|member| member.new_oneof.is_none());
        let forward = together(inside().map(|member| member.new_oneof));
        let fields: Vec<_> = gone.map(|one| (one.old, one.new)).collect();
        // Which field was set cannot be told of one without presence.
        let implicit =
            fields.iter().filter(|(_, new)| cx.new.cardinality(new) == Cardinality::Implicit);
        let shape = implicit.fold(Shape { forward, ..Shape::OK }, |shape, (old, new)| {
            shape.worst(presence(cx, old, new))
        });
        Moved { oneof, fields, shape }
    });
    moved.filter(|moved| !moved.fields.is_empty()).collect()
}

/// What a reader for whom these fields exclude each other makes of what a
/// writer wrote who has them in these oneofs.
fn together(written_as: impl Iterator<Item = Option<usize>>) -> Reading {
    let (mut groups, mut free) = (BTreeSet::new(), 0);
    for oneof in written_as {
        match oneof {
            Some(oneof) => {
                groups.insert(oneof);
            }
            None => free += 1,
        }
    }
    Reading::both(if groups.len() + free >= 2 { Break } else { Ok })
}
